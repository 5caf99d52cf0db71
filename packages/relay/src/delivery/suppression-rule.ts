/**
 * Which evidence keeps an account from writing to an address again. The only rule for replies, reports and DNS.
 *
 * Without end: permanent evidence that names this recipient and says that its mailbox is not there or is closed.
 * Until a date: a domain that says itself that it takes no mail (null MX). Everything else: not at all. In particular
 * words about the sender, about rates or about a later time, whatever code they come with, and trouble of the DNS,
 * which is looked up again for the next message and reaches no server.
 */

import { foldedAddress } from '@waybill/mail/address';
import { type EnhancedStatus, formatStatus, isPermanent, parseStatus } from '@waybill/mail/enhanced-status';
import type { Reply } from '@waybill/mail/reply';
import type { Phase } from '@waybill/mail/smtp-phase';
import { type BounceRule, bounceRules } from './bounce-rules.ts';
import { MAX_READ, namesRecipient, ruleFor, wordsOf } from './classify-reply.ts';
import { blamesOther } from './sender-words.ts';

/** The words that a server said about a recipient, in a session or later in a report. */
type Words = {
  readonly recipient: string;
  /** Where in the session; of a report: as its words say, else after the recipient was named. */
  readonly phase: Phase;
} & Pick<Reply, 'code' | 'status' | 'text'>;

export type Evidence =
  | ({ readonly kind: 'words' } & Words)
  /** What we found out by a look-up, as an enhanced status. */
  | { readonly kind: 'dns'; readonly status: string };

/** `expiresAt` undefined: without end. */
export type Suppressing = { readonly expiresAt: Date | undefined };

const NULL_MX = '5.1.10';
const NULL_MX_DAYS = 30;
const DAY_MS = 86_400_000;

/** No such mailbox, moved without a new address, mailbox disabled. RFC 3463 §3.2, §3.3. */
const goneStatuses: ReadonlySet<string> = new Set(['5.1.1', '5.1.3', '5.1.6', '5.2.1']);
const goneCategories: ReadonlySet<string> = new Set(['bad_mailbox', 'mailbox_disabled']);
/** The sender's address (RFC 3463 §3.2). Subject 7 is policy: the receiver's, or our standing with it. */
const isOfSender = ({ subject, detail }: EnhancedStatus): boolean =>
  subject === 7 || (subject === 1 && (detail === 7 || detail === 8));

/** An enhanced status inside the words; no part of an IP address or of a version. */
const statusForm = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/g;

const statusesOf = ({ status, text }: Words): readonly EnhancedStatus[] => [
  ...(status ? [status] : []),
  ...(text.match(statusForm) ?? []).flatMap((written) => parseStatus(written) ?? []),
];

const addressForm = /[^\s<>()"':;,@[\]]{1,64}@[^\s<>()"':;,@[\]]{1,255}/g;
/** Whom to ask for help; the words are not about them. */
const roles = /^(?:postmaster|hostmaster|abuse|support|help ?desk|admin|noc)@/i;

/** Words that name addresses, but not ours, are about another one: the sender, or a member of an alias. */
function namesAnother({ recipient, text }: Words): boolean {
  const named = (text.match(addressForm) ?? []).map((found) => foldedAddress(found.replace(/\.+$/, '')));
  const people = named.filter((address) => !roles.test(address));
  return people.length > 0 && !people.includes(foldedAddress(recipient));
}

const isFinal = (words: Words, statuses: readonly EnhancedStatus[]): boolean =>
  words.code >= 500 && words.code <= 599 && statuses.every(isPermanent);

/** Any rule that blames another party, not only the first that fits. */
const fitsOtherParty = (text: string): boolean =>
  bounceRules.some(
    ({ party, outcome, pattern }) => (party !== 'recipient' || outcome === 'deferred') && pattern.test(text),
  );

/** A status that says something else (5.0.0, 5.4.1 …) makes the words doubtful: filters say “user unknown” too. */
function saysGone(rule: BounceRule | undefined, statuses: readonly EnhancedStatus[]): boolean {
  const written = statuses.map(formatStatus);
  const isGone = written.some((status) => goneStatuses.has(status));
  // `mailbox unavailable` is what RFC 5321 writes behind every 550: the status has to say more.
  if (rule === undefined || rule.category === 'other') return isGone;
  // Exchange writes 5.1.10 also for a mailbox that it does not find.
  const fits = written.length === 0 || isGone || written.includes(NULL_MX);
  return fits && goneCategories.has(rule.category);
}

function byWords(said: Words, now: Date): Suppressing | undefined {
  const words = { ...said, text: said.text.slice(0, MAX_READ) };
  const statuses = statusesOf(words);
  if (!namesRecipient(words.phase) || !isFinal(words, statuses) || statuses.some(isOfSender))
    return undefined;
  const text = wordsOf(words.text);
  if (namesAnother(words) || blamesOther(text) || fitsOtherParty(text)) return undefined;
  const rule = ruleFor(words.text);
  if (saysGone(rule, statuses)) return { expiresAt: undefined };
  const isNullMx = rule === undefined && statuses.some((status) => formatStatus(status) === NULL_MX);
  return isNullMx ? untilNullMxIsOld(now) : undefined;
}

const untilNullMxIsOld = (now: Date): Suppressing => ({
  expiresAt: new Date(now.getTime() + NULL_MX_DAYS * DAY_MS),
});

export function suppressionBy(evidence: Evidence, now: Date): Suppressing | undefined {
  if (evidence.kind === 'words') return byWords(evidence, now);
  return evidence.status === NULL_MX ? untilNullMxIsOld(now) : undefined;
}
