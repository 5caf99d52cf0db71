/**
 * Rules that classify the text of replies. The comment above each rule is the reply that it was written for. The first rule that
 * matches decides; without a match the enhanced status decides. Text comes before status, because servers use 5.1.1 and 5.7.1 for
 * many causes.
 */
import type { Category, Party, RuleOutcome } from './categories.ts';

/** The category of a reply and the party that caused it. */
export type Meaning = { readonly category: Category; readonly party: Party };

/** A rule for the text of replies. */
export type BounceRule = Meaning & {
  /** Matched against the text without line ends and addresses, case-insensitive. */
  readonly pattern: { test(text: string): boolean };
  /** The reply that the rule was written for. */
  readonly reply: string;
  /** Set where the text contradicts the code; overrides the outcome of the code. */
  readonly outcome?: RuleOutcome;
};

/** A rule of the product. */
export type BuiltInRule = BounceRule & { readonly pattern: RegExp };

const rule = (
  pattern: RegExp,
  [category, party, outcome]: readonly [Category, Party, ('deferred' | 'bounced')?],
  reply: string,
): BuiltInRule => ({ pattern, category, party, reply, ...(outcome ? { outcome } : {}) });

/** The rules, in the order in which they are tried. */
export const bounceRules: readonly BuiltInRule[] = [
  // Deferred with any code
  rule(
    /gr[ea]y-?list/i,
    ['greylisted', 'policy', 'deferred'],
    '450 4.2.0 <bob@there.example>: Recipient address rejected: Greylisted, see http://postgrey.example/',
  ),
  rule(/too many recipients/i, ['policy', 'policy', 'deferred'], '552 5.5.3 Too many recipients'),
  rule(
    /temporarily (?:deferred|rate limited|blocked) due to/i,
    ['rate_limited', 'sender_ip', 'deferred'],
    '421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected volume or user complaints',
  ),
  rule(
    /unusual rate of (?:unsolicited )?mail/i,
    ['rate_limited', 'sender_ip', 'deferred'],
    '421-4.7.28 Our system has detected an unusual rate of unsolicited mail originating from your IP address',
  ),
  rule(
    /receiving mail (?:at a rate|too quickly)/i,
    ['rate_limited', 'recipient', 'deferred'],
    '450-4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages from being delivered',
  ),
  rule(
    /frequency limited|sending rate|too many messages/i,
    ['rate_limited', 'sender_ip', 'deferred'],
    '550 Ip frequency limited [Blocked IP 192.0.2.1]',
  ),
  rule(
    // Not “delivery temporarily suspended: connect to …”, by which Postfix describes its connection.
    /(?<!delivery )temporar(?:y|ily) (?:locked|suspended|disabled)/i,
    ['mailbox_disabled', 'recipient', 'deferred'],
    '550 5.7.1 <bob@there.example>: Recipient address rejected: User bob@there.example temporary locked. Please try again later!',
  ),
  rule(
    /too many (?:concurrent )?(?:smtp )?connections|exceeded the (?:connection|rate) limit|rate limit exceeded/i,
    ['rate_limited', 'sender_ip', 'deferred'],
    '421 4.7.0 too many connections from your host',
  ),

  // The sender: reputation of address and domain, authentication
  rule(
    /spamhaus|blocked using|client host (?:\S+ )?(?:rejected|blocked)|barracudacentral|spamcop|proofpoint\.com\/|\bS3140\b|\bS3150\b|block ?list|blacklist|black listed/i,
    ['ip_reputation', 'sender_ip'],
    '550 5.7.1 Service unavailable; client [192.0.2.1] blocked using zen.spamhaus.example',
  ),
  rule(
    /reputation of (?:the )?sending domain|very low reputation of the domain/i,
    ['domain_reputation', 'sender_domain'],
    '550-5.7.1 Our system has detected that this message is likely suspicious due to the very low reputation of the sending domain',
  ),
  rule(
    /poor reputation|bad reputation|low reputation|reputation of (?:the|your) (?:sending )?ip/i,
    ['ip_reputation', 'sender_ip'],
    '554 Your access to this mail system has been rejected due to poor reputation of a sending IP address',
  ),
  rule(
    /\bPTR\b|reverse dns|reverse hostname|rdns/i,
    ['authentication', 'sender_ip'],
    '550-5.7.25 The IP address sending this message does not have a PTR record setup',
  ),
  rule(
    /\bDMARC\b/i,
    ['authentication', 'sender_domain'],
    '550-5.7.26 Unauthenticated email from acme.test is not accepted due to domain’s DMARC policy',
  ),
  rule(
    /\bSPF\b|sender policy framework/i,
    ['authentication', 'sender_domain'],
    '550 5.7.23 The message was rejected because of Sender Policy Framework violation',
  ),
  rule(/\bDKIM\b/i, ['authentication', 'sender_domain'], '550 5.7.20 No passing DKIM signature found'),
  rule(
    /mismatches client ip/i,
    ['authentication', 'sender_ip'],
    '550 domain [acme.test] mismatches client ip 192.0.2.1.',
  ),
  rule(
    /email address is not verified/i,
    ['bad_sender', 'sender_domain'],
    '554 Message rejected: Email address is not verified. The following identities failed the check: acme.test',
  ),
  rule(
    /sender (?:address|domain) rejected|sender verify failed|sender address does not exist|domain of sender address/i,
    ['bad_sender', 'sender_domain'],
    '450 4.1.8 <ada@acme.test>: Sender address rejected: Domain not found',
  ),

  // The message
  rule(
    /virus|malware|infected/i,
    ['malware', 'content'],
    '554 5.7.1 Message infected with virus Eicar-Test-Signature',
  ),
  rule(
    /(?:message )?content (?:is )?rejected|content presents a potential/i,
    ['spam_content', 'content'],
    '550 5.7.1 message content rejected',
  ),
  rule(
    /looks like spam|spam message|considered spam|likely (?:unsolicited|spam)|spam content|identified as spam|spam score/i,
    ['spam_content', 'content'],
    '550-5.7.1 Our system has detected that this message is likely unsolicited mail',
  ),
  rule(
    /message (?:size|length) exceeds|message too (?:large|big)|message[^.]{0,40}size limit/i,
    ['message_too_large', 'content'],
    '552 5.3.4 Message size exceeds fixed limit',
  ),
  rule(
    /multiple (?:addresses|from)|rfc ?5322|header(?:s)? (?:is|are) (?:missing|malformed)/i,
    ['protocol', 'content'],
    '550-5.7.1 Messages missing a valid address in From: header, or having no From: header, are not accepted, see RFC 5322',
  ),

  // The recipient
  rule(
    /over ?quota|quota exceeded|mailbox[^.]{0,20}size limit|(?:mail)?box (?:is )?full|insufficient (?:mailbox )?storage|out of storage/i,
    ['mailbox_full', 'recipient'],
    '552-5.2.2 The email account that you tried to reach is over quota',
  ),
  rule(
    /(?:mailbox|account|user|address|recipient)\b[^.]{0,40}\b(?:disabled|deactivated|suspended|inactive|no longer (?:active|available|valid))/i,
    ['mailbox_disabled', 'recipient'],
    '550 5.2.1 The email account that you tried to reach is disabled',
  ),
  rule(
    /(?:account|mailbox|user|address)\b[^.]{0,60}\bdoes ?n[o’']t exist|does not exist|no such (?:user|mailbox|recipient|address|person)/i,
    ['bad_mailbox', 'recipient'],
    '550-5.1.1 The email account that you tried to reach does not exist',
  ),
  rule(
    /(?:user|recipient|mailbox|address)\b[^.]{0,30}\b(?:unknown|not found|invalid)|unknown (?:user|recipient|mailbox|local part)|invalid (?:recipient|mailbox)/i,
    ['bad_mailbox', 'recipient'],
    '550 5.1.1 <bob@there.example>: Recipient address rejected: User unknown in virtual mailbox table',
  ),
  rule(
    /recipient(?:['’]s)? account is (?:blocked|locked)/i,
    ['mailbox_disabled', 'recipient'],
    '550 5.5.0 Le compte du destinataire est bloque. The recipient account is blocked.',
  ),
  rule(
    /doesn['’]t have an? [\w.-]+ account|not our (?:user|customer)|(?:user|customer) has moved/i,
    ['bad_mailbox', 'recipient'],
    '554 delivery error: dd This user doesn’t have a there.example account (bob@there.example)',
  ),
  rule(
    /mailbox unavailable/i,
    ['other', 'recipient'],
    '550 5.5.0 Requested action not taken: mailbox unavailable',
  ),
  rule(
    /recipient address rejected: access denied/i,
    ['bad_mailbox', 'recipient'],
    '550 5.4.1 Recipient address rejected: Access denied. [AMS0EPF000001B1.eurprd05.prod.outlook.example]',
  ),
  rule(
    /host or domain name not found|no such domain|host unknown|unknown host|host does not accept mail|domain (?:not found|does not exist)/i,
    ['bad_domain', 'recipient'],
    '550 5.1.2 Bad destination system: no such domain',
  ),

  // The route
  rule(
    /relay(?:ing)? (?:access )?denied|not permitted to relay|unable to relay|we do not relay/i,
    ['relay_denied', 'network'],
    '554 5.7.1 <bob@there.example>: Relay access denied',
  ),
  rule(
    /must issue a starttls|encryption required|tls (?:is )?required/i,
    ['policy', 'policy'],
    '530 5.7.0 Must issue a STARTTLS command first',
  ),
  rule(/mail loop|routing loop|too many hops/i, ['network', 'network'], '554 5.4.6 Too many hops'),
  rule(
    /for policy reasons/i,
    ['policy', 'policy'],
    '554 5.7.9 Message not accepted for policy reasons. See https://postmaster.example/error-codes',
  ),
];
