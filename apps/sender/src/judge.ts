/** From the ending of an attempt to what it means for the delivery, with one sentence that says why. */
import { formatStatus } from '@waybill/mail/enhanced-status';
import { parseReply } from '@waybill/mail/reply';
import type { AttemptResult, ClaimedDelivery, Stream } from '@waybill/relay/ports';
import type { Tried } from './attempt.ts';
import type { Ending } from './ending.ts';
import type { Phase } from './wire/wire-error.ts';

export type Outcome = AttemptResult['outcome'];

export type Verdict = Pick<AttemptResult, 'outcome' | 'because' | 'reply' | 'category' | 'party' | 'retryAt'>;

export type Judged = {
  readonly outcome: Extract<Outcome, 'delivered' | 'deferred' | 'bounced'>;
  readonly because: string;
  readonly category: string | undefined;
  readonly party: string | undefined;
};

export type Rules = {
  /** What a reply means. */
  readonly judgeReply: (reply: { readonly verbatim: string; readonly phase: Phase }) => Judged;
  /** When to try again; `undefined`: not before the delivery expires. */
  readonly nextAttemptAt: (
    delivery: Pick<ClaimedDelivery, 'attempt' | 'acceptedAt' | 'expiresAt'>,
    now: Date,
    replyText: string | undefined,
  ) => Date | undefined;
};

export type Case = {
  readonly delivery: Pick<ClaimedDelivery, 'attempt' | 'acceptedAt' | 'expiresAt'>;
  readonly tried: Tried;
  readonly unknownPolicy: Stream['unknownPolicy'];
  readonly now: Date;
};

const blank = { reply: undefined, category: undefined, party: undefined, retryAt: undefined };

/** Again later, or given up when there is no later. */
function deferredOrFailed(rules: Rules, { delivery, now }: Case, verdict: Omit<Verdict, 'outcome'>): Verdict {
  const retryAt = rules.nextAttemptAt(delivery, now, verdict.reply?.text);
  if (retryAt) return { ...verdict, outcome: 'deferred', retryAt };
  const because = `given up after ${delivery.attempt} ${delivery.attempt === 1 ? 'attempt' : 'attempts'}, it expires ${delivery.expiresAt.toISOString()}; at last: ${verdict.because}`;
  return { ...verdict, outcome: 'failed', because, retryAt: undefined };
}

function ofReply(rules: Rules, one: Case, ending: Extract<Ending, { kind: 'replied' }>): Verdict {
  const { code, status, text } = parseReply(ending.reply.verbatim);
  const judged = rules.judgeReply({ verbatim: ending.reply.verbatim, phase: ending.phase });
  const reply = { code, status: status && formatStatus(status), text };
  const verdict = {
    ...blank,
    reply,
    because: judged.because,
    category: judged.category,
    party: judged.party,
  };
  if (judged.outcome === 'deferred') return deferredOrFailed(rules, one, verdict);
  return { ...verdict, outcome: judged.outcome };
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

export function judge(rules: Rules, one: Case): Verdict {
  const { ending } = one.tried;
  switch (ending.kind) {
    case 'replied':
      return ofReply(rules, one, ending);
    case 'broken': {
      const because = `${ending.text}, ${phaseWords[ending.phase]}${at(one.tried)}; the message was not handed over`;
      return deferredOrFailed(rules, one, { ...blank, because, category: 'network', party: 'network' });
    }
    case 'unanswered':
      return unanswered(
        rules,
        one,
        `the final dot was sent and no reply came: ${ending.text}${at(one.tried)}`,
      );
    case 'unable': {
      const reply = { code: 550, status: ending.status, text: ending.text };
      const because = `${ending.status} ${ending.text}`;
      return {
        ...blank,
        outcome: ending.outcome,
        because,
        reply: undefined,
        ...unableAs(ending, reply.status),
      };
    }
    case 'lease_lost':
      return deferredOrFailed(rules, one, {
        ...blank,
        because: 'another process took the delivery over; nothing was sent',
      });
  }
}

const unableAs = (
  { outcome }: Extract<Ending, { kind: 'unable' }>,
  status: string,
): Pick<Verdict, 'category' | 'party'> => {
  if (outcome === 'failed') return { category: 'content', party: 'content' };
  return status.startsWith('5.6.')
    ? { category: 'content', party: 'content' }
    : { category: 'bad_domain', party: 'recipient' };
};

/** ARCHITECTURE §7: nobody knows whether they have it. Stop and show it, or risk a second copy: the stream's choice. */
export function unanswered(rules: Rules, one: Case, why: string): Verdict {
  if (one.unknownPolicy === 'prefer_no_duplicate')
    return {
      ...blank,
      outcome: 'unknown',
      because: `${why}. They may have it, so it is not sent again (prefer_no_duplicate)`,
    };
  const retryAt = rules.nextAttemptAt(one.delivery, one.now, undefined);
  const because = `${why}. They may have it; it is sent again (prefer_delivery)`;
  return {
    ...blank,
    outcome: 'unknown',
    because: retryAt ? because : `${why}; too late to send it again`,
    retryAt,
  };
}
