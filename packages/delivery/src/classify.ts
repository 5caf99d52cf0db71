/** From the outcome of an attempt to what becomes of the delivery, with one sentence that says why. Pure. */
import { formatStatus, parseStatus } from '@waybill/mail/enhanced-status';
import { parseReply } from '@waybill/mail/reply';
import type { BounceRule } from '@waybill/relay/delivery/bounce-rules';
import { classifyReply, statusMeaning } from '@waybill/relay/delivery/classify-reply';
import type { AttemptOutcome, Classification as Meaning } from '@waybill/relay/delivery/outcome';
import { nextAttemptAt } from '@waybill/relay/delivery/retry-schedule';
import type { AttemptResult, ClaimedDelivery, Stream } from '@waybill/relay/ports';
import type { Phase } from '@waybill/smtp-client/connection-error';
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import { backoffMs } from './backoff.ts';
import { doubtOf, type FinalStop, type Stopping } from './gates.ts';
import type { AttemptRecord } from './try-hosts.ts';

/** What the ledger keeps of an attempt that was made. `retryAt`: the next attempt; `undefined`: there is none. */
export type Classification = Meaning<AttemptOutcome> & Pick<AttemptResult, 'reply' | 'retryAt'>;

/** What becomes of a claim. Only an attempt leaves a row; the other two leave none, because no server was asked to take the mail. */
export type End =
  | { readonly kind: 'attempted'; readonly classification: Classification }
  | { readonly kind: 'stopped'; readonly stop: FinalStop }
  | { readonly kind: 'put_back'; readonly until: Date };

export type Rules = {
  /** Milliseconds between attempts; `undefined`: the schedule of the product. */
  readonly waits: readonly number[] | undefined;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** The longest pause in milliseconds, before it is spread, of a delivery that got no permit: `backoffMs`. */
  readonly busyMs: number;
};

export type ClassifyInput = {
  readonly delivery: Pick<ClaimedDelivery, 'attempt' | 'acceptedAt' | 'expiresAt' | 'status' | 'unanswered'>;
  readonly record: AttemptRecord;
  readonly unknownPolicy: Stream['unknownPolicy'];
  /** Rules of the operator for replies; absent: none. */
  readonly ownRules?: readonly BounceRule[];
  readonly now: Date;
};

const blank = { reply: undefined, category: undefined, party: undefined, retryAt: undefined };

const retryAtOf = (
  { waits, random }: Rules,
  { delivery, now }: ClassifyInput,
  replyText?: string,
): Date | undefined =>
  nextAttemptAt(delivery.attempt, now, {
    expiresAt: delivery.expiresAt,
    random: random(),
    replyText,
    ...(waits ? { waits } : {}),
  });

/** Again later, or given up when there is no later. */
function deferredOrFailed(
  rules: Rules,
  one: ClassifyInput,
  classification: Omit<Classification, 'outcome'>,
): Classification {
  const { attempt, expiresAt } = one.delivery;
  const retryAt = retryAtOf(rules, one, classification.reply?.text);
  if (retryAt) return { ...classification, outcome: 'deferred', retryAt };
  const tries = `${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`;
  const reason = `Given up after ${tries}, because it expires at ${expiresAt.toISOString()}. At last: ${classification.reason}`;
  return { ...classification, outcome: 'failed', reason };
}

function ofReply(
  rules: Rules,
  one: ClassifyInput,
  outcome: Extract<SmtpOutcome, { kind: 'replied' }>,
): Classification {
  const heard = parseReply(outcome.reply.verbatim);
  const { outcome: meant, reason, category, party } = classifyReply(heard, outcome.phase, one.ownRules);
  const reply = { code: heard.code, status: heard.status && formatStatus(heard.status), text: heard.text };
  const classification = { ...blank, reply, reason, category, party };
  if (meant === 'deferred') return deferredOrFailed(rules, one, classification);
  return { ...classification, outcome: meant };
}

const phaseWords: Readonly<Record<Phase, string>> = {
  dns: 'while the host was looked up',
  connect: 'while connecting',
  banner: 'before the greeting',
  ehlo: 'during EHLO',
  starttls: 'during STARTTLS',
  auth: 'during AUTH',
  mail: 'at MAIL FROM',
  rcpt: 'at RCPT TO',
  data: 'before the final dot',
  dot: 'at the final dot',
};

const at = ({ host, ip }: AttemptRecord): string =>
  host === undefined ? '' : ` (${ip && ip !== host ? `${host} [${ip}]` : host})`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** What a gate did not let through although a server may have it. */
const stoppedInDoubt = (reason: string): Classification => ({ ...blank, outcome: 'unknown', reason });

/** The lease went to another process, so the final dot was not sent. */
const leaseLost = (rules: Rules, one: ClassifyInput): Classification =>
  deferredOrFailed(rules, one, {
    ...blank,
    reason: 'Another process took the delivery over; nothing was sent.',
  });

function ofStop(rules: Rules, one: ClassifyInput, by: Stopping): End {
  if ('waitUntil' in by) return { kind: 'put_back', until: by.waitUntil };
  const { outcome, ...stop } = by.stop;
  if (outcome === 'unknown') return { kind: 'attempted', classification: stoppedInDoubt(stop.reason) };
  if (outcome === 'lease_lost') return { kind: 'attempted', classification: leaseLost(rules, one) };
  return { kind: 'stopped', stop: { ...stop, outcome } };
}

function ofAttempt(
  rules: Rules,
  one: ClassifyInput,
  outcome: Exclude<SmtpOutcome, { kind: 'no_permit' | 'stopped' }>,
): Classification {
  switch (outcome.kind) {
    case 'replied':
      return ofReply(rules, one, outcome);
    case 'broken': {
      const reason = sentence(
        `${outcome.text}, ${phaseWords[outcome.phase]}${at(one.record)}; the message was not sent`,
      );
      return deferredOrFailed(rules, one, { ...blank, reason, category: 'network', party: 'network' });
    }
    case 'unanswered':
      return unanswered(
        rules,
        one,
        `the final dot was sent and no reply came: ${outcome.text}${at(one.record)}`,
      );
    case 'unable': {
      const reason = sentence(`${outcome.status} ${outcome.text}`);
      return { ...blank, outcome: outcome.outcome, reason, ...lookUpMeaning(outcome.status) };
    }
    case 'lease_lost':
      return leaseLost(rules, one);
  }
}

/** A delivery that a server may have from an earlier attempt has not failed: it stays `unknown`, and is not sent again. */
function withDoubt({ delivery }: ClassifyInput, classification: Classification): Classification {
  const doubt = classification.outcome === 'failed' ? doubtOf(delivery) : undefined;
  if (doubt === undefined) return classification;
  return {
    ...classification,
    outcome: 'unknown',
    reason: `${doubt} It is not sent again: ${classification.reason}`,
  };
}

/** What becomes of a delivery after this outcome. */
export function classify(rules: Rules, one: ClassifyInput): End {
  const { outcome } = one.record;
  if (outcome.kind === 'stopped') return ofStop(rules, one, outcome.by);
  if (outcome.kind === 'no_permit') {
    const waitedMs = one.now.getTime() - one.delivery.acceptedAt.getTime();
    const pauseMs = backoffMs(waitedMs, rules.busyMs, rules.random());
    return { kind: 'put_back', until: new Date(one.now.getTime() + pauseMs) };
  }
  return { kind: 'attempted', classification: withDoubt(one, ofAttempt(rules, one, outcome)) };
}

/** Category and party of what Waybill found out itself, by its enhanced status. */
function lookUpMeaning(status: string): Pick<Classification, 'category' | 'party'> {
  const parsed = parseStatus(status);
  const { category, party } = parsed ? statusMeaning(parsed) : { category: undefined, party: undefined };
  return { category, party };
}

/** ARCHITECTURE §7: the server may have it. Stop and show it, or risk a second copy: the stream's choice. */
function unanswered(rules: Rules, one: ClassifyInput, why: string): Classification {
  const known = sentence(`${why}. They may have it`);
  if (one.unknownPolicy === 'prefer_no_duplicate')
    return { ...blank, outcome: 'unknown', reason: `${known} It is not sent again (prefer_no_duplicate).` };
  const retryAt = retryAtOf(rules, one);
  const next = retryAt ? 'It is sent again (prefer_delivery).' : 'It is too late to send it again.';
  return { ...blank, outcome: 'unknown', reason: `${known} ${next}`, retryAt };
}
