/**
 * Decides which evidence suppresses a recipient for an account. The only rule for replies, reports and DNS.
 *
 * Without end: permanent evidence that names this recipient and states that its mailbox does not exist or is closed.
 * Until a date: the domain publishes that it accepts no mail (null MX). No other evidence suppresses. In particular, text
 * about the sender, its rate or a later time does not, with any code, and a DNS failure does not, because the next message
 * looks the domain up again.
 */

import { foldedAddress } from '@waybill/mail/address';
import { type EnhancedStatus, formatStatus, isPermanent, parseStatus } from '@waybill/mail/enhanced-status';
import type { Reply } from '@waybill/mail/reply';
import type { Phase } from '@waybill/mail/smtp-phase';
import { type BounceRule, bounceRules } from './bounce-rules.ts';
import { MAX_READ, namesRecipient, ruleAmong, ruleFor, wordsOf } from './classify-reply.ts';
import { blamesOther } from './sender-words.ts';

/** The text of a server about a recipient, in a session or in a later report. */
type Words = {
  readonly recipient: string;
  /** The phase of the session. For a report: the phase that its text names, else the phase after RCPT TO. */
  readonly phase: Phase;
} & Pick<Reply, 'code' | 'status' | 'text'>;

/** The evidence for a suppression: text of a server, or the result of a DNS look-up. */
export type Evidence =
  | ({ readonly kind: 'words' } & Words)
  /** The result of a look-up as an enhanced status. */
  | { readonly kind: 'dns'; readonly status: string };

/** `expiresAt` undefined: without end. */
export type Suppressing = { readonly expiresAt: Date | undefined };

const NULL_MX = '5.1.10';
const NULL_MX_DAYS = 30;
const DAY_MS = 86_400_000;

/** No such mailbox, moved without a new address, mailbox disabled. RFC 3463 §3.2, §3.3. */
const goneStatuses: ReadonlySet<string> = new Set(['5.1.1', '5.1.3', '5.1.6', '5.2.1']);
const goneCategories: ReadonlySet<string> = new Set(['bad_mailbox', 'mailbox_disabled']);
/** Whether the status is about the sender's address (RFC 3463 §3.2) or about policy (subject 7). */
const isOfSender = ({ subject, detail }: EnhancedStatus): boolean =>
  subject === 7 || (subject === 1 && (detail === 7 || detail === 8));

/** An enhanced status inside a text, but no part of an IP address or of a version. */
const statusForm = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/g;

const statusesOf = ({ status, text }: Words): readonly EnhancedStatus[] => [
  ...(status ? [status] : []),
  ...(text.match(statusForm) ?? []).flatMap((written) => parseStatus(written) ?? []),
];

const addressForm = /[^\s<>()"':;,@[\]]{1,64}@[^\s<>()"':;,@[\]]{1,255}/g;
/** Contact addresses in a text. The text is not about them. */
const roles = /^(?:postmaster|hostmaster|abuse|support|help ?desk|admin|noc)@/i;

/** Whether the text names addresses and not our recipient: then it is about the sender or a member of an alias. */
function namesAnother({ recipient, text }: Words): boolean {
  const named = (text.match(addressForm) ?? []).map((found) => foldedAddress(found.replace(/\.+$/, '')));
  const people = named.filter((address) => !roles.test(address));
  return people.length > 0 && !people.includes(foldedAddress(recipient));
}

const isFinal = (words: Words, statuses: readonly EnhancedStatus[]): boolean =>
  words.code >= 500 && words.code <= 599 && statuses.every(isPermanent);

const isOfRecipient = ({ party, outcome }: BounceRule): boolean =>
  party === 'recipient' && outcome !== 'deferred';

/** Whether any rule that matches blames another party, not only the first one. */
const fitsOtherParty = (text: string): boolean =>
  bounceRules.some((rule) => !isOfRecipient(rule) && rule.pattern.test(text));

/**
 * Whether rule and statuses agree that the mailbox is gone. Another status (5.0.0, 5.4.1 …) contradicts the text: filters also
 * write “user unknown”.
 */
function saysGone(rule: BounceRule | undefined, statuses: readonly EnhancedStatus[]): boolean {
  const written = statuses.map(formatStatus);
  const isGone = written.some((status) => goneStatuses.has(status));
  // RFC 5321 writes `mailbox unavailable` for every 550, so the status has to confirm it.
  if (rule === undefined || rule.category === 'other') return isGone;
  // Exchange writes 5.1.10 also for a mailbox that it does not find.
  const fits = written.length === 0 || isGone || written.includes(NULL_MX);
  return fits && goneCategories.has(rule.category);
}

/** A rule of the operator decides alone, also where the built-in ones read the text in another way. */
const byOwnRule = (rule: BounceRule, statuses: readonly EnhancedStatus[]): Suppressing | undefined =>
  isOfRecipient(rule) && saysGone(rule, statuses) ? { expiresAt: undefined } : undefined;

function byBuiltIn(words: Words, statuses: readonly EnhancedStatus[], now: Date): Suppressing | undefined {
  const text = wordsOf(words.text);
  if (blamesOther(text) || fitsOtherParty(text)) return undefined;
  const rule = ruleFor(words.text);
  if (saysGone(rule, statuses)) return { expiresAt: undefined };
  const isNullMx = rule === undefined && statuses.some((status) => formatStatus(status) === NULL_MX);
  return isNullMx ? untilNullMxIsOld(now) : undefined;
}

function byWords(said: Words, now: Date, own: readonly BounceRule[]): Suppressing | undefined {
  const words = { ...said, text: said.text.slice(0, MAX_READ) };
  const statuses = statusesOf(words);
  if (!namesRecipient(words.phase) || !isFinal(words, statuses) || statuses.some(isOfSender))
    return undefined;
  if (namesAnother(words)) return undefined;
  const mine = ruleAmong(words.text, own);
  return mine ? byOwnRule(mine, statuses) : byBuiltIn(words, statuses, now);
}

const untilNullMxIsOld = (now: Date): Suppressing => ({
  expiresAt: new Date(now.getTime() + NULL_MX_DAYS * DAY_MS),
});

/** The suppression that follows from the evidence; `undefined`: none. `own`: the rules of the operator. */
export function suppressionBy(
  evidence: Evidence,
  now: Date,
  own: readonly BounceRule[] = [],
): Suppressing | undefined {
  if (evidence.kind === 'words') return byWords(evidence, now, own);
  return evidence.status === NULL_MX ? untilNullMxIsOld(now) : undefined;
}
