/** Patterns of reply text that is not about the recipient's mailbox, but about the sender, its rate, or a later time. */

/** All gaps are bounded, so that a reply of 2000 characters is matched in linear time. */
const patterns: readonly RegExp[] = [
  // The sender, its account, address, domain, network and name
  /\b(?:senders?|sending|sent (?:from|by)|submitters?|originat\w*)\b/i,
  /\b(?:mail|envelope|header)?[ -]?from[ :]+(?:address|domain|header|host|your|<|@)/i,
  /\bMAIL FROM\b|\b(?:return|reverse)[ -]?path\b|\bcall-?(?:out|back)\b/i,
  /\byour (?!(?:e-?mail|mail|message|recipient)(?:['’]s)?\b(?! (?:account|address|server|system|host|domain|provider|service|program|client)))/i,
  /\byou(?:['’](?:re|ve)| are| have| may not| can ?not| must)\b/i,
  /\b(?:HELO|EHLO)\b/i,
  /\bIPv?[46]?\b|\bclients?\b|\bconnect\w*\b/i,
  /\breputation\b|\bsenderbase\b|\b(?:un)?trust\w*|\bunsolicited\b|\bbulk\b|\bspam\w*/i,
  /\bb(?:lack|lock) ?-?list\w*|\b(?:deny|reject)-?list\w*|\bblocked\b|\bblocking\b|\bbanned\b|\bRBLs?\b|\bDNSBLs?\b/i,
  /\b(?:un)?authenticat\w*|\bauthori[sz]\w*|\bunauthori[sz]\w*|\bpermi(?:tted|ssion)\w*|\bcredentials?\b|\blog ?in\b|\bsmtp auth\b/i,
  /\bDMARC\b|\bDKIM\b|\bSPF\b|\bPTR\b|\bARC\b|\br ?dns\b|\breverse (?:dns|host|lookup)|\bTLS\b|\bcertificates?\b/i,
  /\brelay(?:ing|ed)?\b|\bpolic(?:y|ies)\b|\babus\w*|\bcomplain\w*/i,
  // A host or a domain is not a mailbox
  /\b(?:unknown|invalid|bad|no such|unresolvable|non-?existent|unverified|unregistered) (?:\w+ ){0,2}(?:host|domain|server|system)/i,
  /\b(?:host(?:name)?|domain|server|network)\b.{0,60}(?:\bno[tn]?\b|n['’]t\b|\b(?:unknown|invalid|unverified|denied|suspended|disabled|expired|missing|reject\w*|refus\w*|block\w*|bann\w*|list\w*|limit\w*))/i,
  /\bDNS\b|\bNXDOMAIN\b|\bMX\b|\bCNAME\b|\b[AM]X? records?\b|\bresolv(?:e[ds]?|ing|able)?\b/i,
  // How much and how often
  /\btoo (?:many|much|fast|quick\w*|often|frequent\w*|high|busy)\b|\bthrottl\w*|\bfrequen\w*|\bexcess\w*|\bexceed\w*/i,
  /\brates?\b|\brate-?limit\w*|\blimit(?:s|ed|ing|ation)?\b|\bquota\b|\bvolume\b|\bflood\w*|\bconcurren\w*|\bmaxim(?:um|al)\b|\bmax\b/i,
  /\bper (?:second|minute|hour|day|month|session|connection|message)\b|\bslow down\b|\bquickly\b|\bnumber of\b/i,
  // Later
  /\btempor\w*|\btransient\w*|\bdefer\w*|\bdelay\w*|\bpostpon\w*|\bgr[ea]y-?list\w*|\bre-?tr(?:y|ies|ying)\b/i,
  /\b(?:again|later|shortly|soon|until|momentarily|currently|presently|wait|busy|overload\w*|maintenance|congest\w*)\b/i,
  /\bat (?:this|the) (?:time|moment)\b|\bright now\b|\btime[sd]?[ -]?out\b|\bqueue\w*/i,
  // The text of a report about a session that ended before RCPT TO
  /\bin reply to (?!(?:the )?(?:RCPT|end of DATA|DATA|BDAT))/i,
  /\bgreeting\b|\brefused to talk\b/i,
];

/** Whether the text is about another party than the recipient. `text` is without addresses. */
export const blamesOther = (text: string): boolean => patterns.some((pattern) => pattern.test(text));
