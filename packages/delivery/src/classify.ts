/** From the ending of an attempt to what it means for the delivery, with one sentence that says why. */
import { formatStatus, parseStatus } from '@waybill/mail/enhanced-status';
import { parseReply } from '@waybill/mail/reply';
import type { Category, Party } from '@waybill/relay/delivery/bounce-rules';
import { classifyReply, statusMeaning } from '@waybill/relay/delivery/classify-reply';
import { nextAttemptAt } from '@waybill/relay/delivery/retry-schedule';
import type { AttemptResult, ClaimedDelivery, Stream } from '@waybill/relay/ports';
import type { Phase } from '@waybill/smtp-client/connection-error';
import type { AttemptOutcome } from './attempt-outcome.ts';
import type { AttemptRecord } from './try-hosts.ts';

export type Classification = Pick<AttemptResult, 'outcome' | 'reason' | 'reply' | 'retryAt'> & {
  readonly category: Category | undefined;
  readonly party: Party | undefined;
};

export type Rules = {
  /** Milliseconds between attempts; `undefined`: the schedule of the product. */
  readonly waits: readonly number[] | undefined;
  readonly random: () => number;
};

export type ClassifyInput = {
  readonly delivery: Pick<ClaimedDelivery, 'attempt' | 'acceptedAt' | 'expiresAt'>;
  readonly record: AttemptRecord;
  readonly unknownPolicy: Stream['unknownPolicy'];
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
  outcome: Extract<AttemptOutcome, { kind: 'replied' }>,
): Classification {
  const heard = parseReply(outcome.reply.verbatim);
  const { outcome: meant, reason, category, party } = classifyReply(heard, outcome.phase);
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

export function classify(rules: Rules, one: ClassifyInput): Classification {
  const { outcome } = one.record;
  switch (outcome.kind) {
    case 'replied':
      return ofReply(rules, one, outcome);
    case 'broken': {
      const reason = sentence(
        `${outcome.text}, ${phaseWords[outcome.phase]}${at(one.record)}; the message was not handed over`,
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
    // The gates' answer is not judged: `make-attempt.ts` takes it before. Nothing was sent either way.
    case 'stopped':
    case 'no_permit':
    case 'lease_lost': {
      const reason = 'Another process took the delivery over; nothing was sent.';
      return deferredOrFailed(rules, one, { ...blank, reason });
    }
  }
}

/** Category and party of what Waybill found out itself, by its enhanced status. */
function lookUpMeaning(status: string): Pick<Classification, 'category' | 'party'> {
  const parsed = parseStatus(status);
  const { category, party } = parsed ? statusMeaning(parsed) : { category: undefined, party: undefined };
  return { category, party };
}

/** What a gate did not let out again although it may have arrived. */
export const stoppedInDoubt = (reason: string): Classification => ({ ...blank, outcome: 'unknown', reason });

/** ARCHITECTURE §7: nobody knows whether they have it. Stop and show it, or risk a second copy: the stream's choice. */
function unanswered(rules: Rules, one: ClassifyInput, why: string): Classification {
  const known = sentence(`${why}. They may have it`);
  if (one.unknownPolicy === 'prefer_no_duplicate')
    return { ...blank, outcome: 'unknown', reason: `${known} It is not sent again (prefer_no_duplicate).` };
  const retryAt = retryAtOf(rules, one);
  const next = retryAt ? 'It is sent again (prefer_delivery).' : 'It is too late to send it again.';
  return { ...blank, outcome: 'unknown', reason: `${known} ${next}`, retryAt };
}
