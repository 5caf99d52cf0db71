/** From the ending of an attempt to what it means for the delivery, with one sentence that says why. */
import { formatStatus } from '@waybill/mail/enhanced-status';
import { parseReply } from '@waybill/mail/reply';
import type { Category, Party } from '@waybill/relay/delivery/bounce-rules';
import { disposeOf } from '@waybill/relay/delivery/disposition';
import { nextAttemptAt } from '@waybill/relay/delivery/retry-schedule';
import type { AttemptResult, ClaimedDelivery, Stream } from '@waybill/relay/ports';
import type { Tried } from './attempt.ts';
import type { Ending } from './ending.ts';
import type { Phase } from './wire/wire-error.ts';

export type Verdict = Pick<AttemptResult, 'outcome' | 'reason' | 'reply' | 'retryAt'> & {
  readonly category: Category | undefined;
  readonly party: Party | undefined;
};

export type Rules = {
  /** Milliseconds between attempts; `undefined`: the schedule of the product. */
  readonly waits: readonly number[] | undefined;
  readonly random: () => number;
};

export type Case = {
  readonly delivery: Pick<ClaimedDelivery, 'attempt' | 'acceptedAt' | 'expiresAt'>;
  readonly tried: Tried;
  readonly unknownPolicy: Stream['unknownPolicy'];
  readonly now: Date;
};

const blank = { reply: undefined, category: undefined, party: undefined, retryAt: undefined };

const retryAtOf = ({ waits, random }: Rules, { delivery, now }: Case, replyText?: string): Date | undefined =>
  nextAttemptAt(delivery.attempt, now, {
    expiresAt: delivery.expiresAt,
    random: random(),
    replyText,
    ...(waits ? { waits } : {}),
  });

/** Again later, or given up when there is no later. */
function deferredOrFailed(rules: Rules, one: Case, verdict: Omit<Verdict, 'outcome'>): Verdict {
  const { attempt, expiresAt } = one.delivery;
  const retryAt = retryAtOf(rules, one, verdict.reply?.text);
  if (retryAt) return { ...verdict, outcome: 'deferred', retryAt };
  const tries = `${attempt} ${attempt === 1 ? 'attempt' : 'attempts'}`;
  const reason = `Given up after ${tries}, because it expires at ${expiresAt.toISOString()}. At last: ${verdict.reason}`;
  return { ...verdict, outcome: 'failed', reason };
}

function ofReply(rules: Rules, one: Case, ending: Extract<Ending, { kind: 'replied' }>): Verdict {
  const heard = parseReply(ending.reply.verbatim);
  const { disposition, reason, category, party } = disposeOf(heard, ending.phase);
  const reply = { code: heard.code, status: heard.status && formatStatus(heard.status), text: heard.text };
  const verdict = { ...blank, reply, reason, category, party };
  if (disposition === 'deferred') return deferredOrFailed(rules, one, verdict);
  return { ...verdict, outcome: disposition };
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

const at = ({ host, ip }: Tried): string =>
  host === undefined ? '' : ` (${ip && ip !== host ? `${host} [${ip}]` : host})`;

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

export function judge(rules: Rules, one: Case): Verdict {
  const { ending } = one.tried;
  switch (ending.kind) {
    case 'replied':
      return ofReply(rules, one, ending);
    case 'broken': {
      const reason = sentence(
        `${ending.text}, ${phaseWords[ending.phase]}${at(one.tried)}; the message was not handed over`,
      );
      return deferredOrFailed(rules, one, { ...blank, reason, category: 'network', party: 'network' });
    }
    case 'unanswered':
      return unanswered(
        rules,
        one,
        `the final dot was sent and no reply came: ${ending.text}${at(one.tried)}`,
      );
    case 'unable': {
      const reason = sentence(`${ending.status} ${ending.text}`);
      return { ...blank, outcome: ending.outcome, reason, ...meaningOf(ending.status) };
    }
    // The gates' answer is not judged: `make-attempt.ts` takes it before. Nothing was sent either way.
    case 'stopped':
    case 'lease_lost': {
      const reason = 'Another process took the delivery over; nothing was sent.';
      return deferredOrFailed(rules, one, { ...blank, reason });
    }
  }
}

/** What we found out ourselves: only a domain that is not there, or says that it takes no mail, is about the recipient. */
function meaningOf(status: string): { readonly category: Category; readonly party: Party } {
  if (status === '5.1.2' || status === '5.1.10') return { category: 'bad_domain', party: 'recipient' };
  if (status.startsWith('5.6.')) return { category: 'protocol', party: 'content' };
  return { category: 'policy', party: 'policy' };
}

/** What a gate did not let out again although it may have arrived. */
export const stoppedInDoubt = (reason: string): Verdict => ({ ...blank, outcome: 'unknown', reason });

/** ARCHITECTURE §7: nobody knows whether they have it. Stop and show it, or risk a second copy: the stream's choice. */
export function unanswered(rules: Rules, one: Case, why: string): Verdict {
  const known = sentence(`${why}. They may have it`);
  if (one.unknownPolicy === 'prefer_no_duplicate')
    return { ...blank, outcome: 'unknown', reason: `${known} It is not sent again (prefer_no_duplicate).` };
  const retryAt = retryAtOf(rules, one);
  const next = retryAt ? 'It is sent again (prefer_delivery).' : 'It is too late to send it again.';
  return { ...blank, outcome: 'unknown', reason: `${known} ${next}`, retryAt };
}
