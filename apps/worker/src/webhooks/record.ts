/** What an attempt means for its delivery and for the webhook. Pure. */
import type {
  AttemptedDelivery,
  DueDelivery,
  EndpointState,
  LeasedWebhook,
} from '@waybill/io/postgres/webhooks/sending';
import type { WebhookReply } from '@waybill/io/webhooks/webhook-client';
import { type AttemptMeaning, meaningOf } from '@waybill/relay/webhooks/answer';
import { afterFailure, afterSuccess, type EndpointHealth, noticeOf } from '@waybill/relay/webhooks/health';
import { retryAt } from '@waybill/relay/webhooks/retry';

type Facts = { readonly webhook: LeasedWebhook; readonly health: EndpointHealth; readonly now: Date };

const detailOf = ({ webhook, health }: Facts, reason: string) => ({
  webhook_id: webhook.id,
  url: webhook.url,
  reason,
  failing_since: health.failingSince,
});

/** The state with the notice that is due, if one is. */
export function noticeFor(facts: Facts): EndpointState {
  const notice = noticeOf(facts.health, facts.now);
  if (notice === undefined) return { health: facts.health };
  const { type, notices } = notice;
  const health = { ...facts.health, notices };
  if (type === 'webhook.failing') {
    const reason = 'It has not taken an event for a while. After five days of failure it is disabled.';
    return { health, notice: { type, detail: detailOf(facts, reason) } };
  }
  const reason = 'It has not taken an event for five days.';
  return { health, disabledFor: reason, notice: { type, detail: detailOf(facts, reason) } };
}

function goneState(facts: Facts, error: string): EndpointState {
  const notice = { type: 'webhook.disabled', detail: detailOf(facts, error) } as const;
  return { health: facts.health, disabledFor: error, notice };
}

export type EndedRequest = {
  readonly delivery: DueDelivery;
  readonly reply: WebhookReply;
  readonly startedAt: Date;
  readonly endedAt: Date;
};

function healthAfter(before: EndpointHealth, meaning: AttemptMeaning, at: Date): EndpointHealth {
  if (meaning.outcome === 'delivered') return afterSuccess(before);
  const retryAfter = meaning.outcome === 'failed' ? meaning.retryAfter : undefined;
  return afterFailure(before, { at, retryAfter });
}

export type Recorded = {
  readonly done: AttemptedDelivery;
  readonly state: EndpointState;
  /** `given_up`: there is no further attempt. */
  readonly outcome: 'delivered' | 'failed' | 'given_up' | 'gone';
};

/** `chance` is from 0 to 1, for the jitter of the wait. */
export function recordOf(
  { delivery, reply, startedAt, endedAt }: EndedRequest,
  facts: Facts,
  chance: number,
): Recorded {
  const meaning = meaningOf(reply, endedAt);
  const health = healthAfter(facts.health, meaning, endedAt);
  const after = { ...facts, health };
  const isGone = meaning.outcome === 'gone';
  const wait = { tries: delivery.tries + 1, at: endedAt };
  const nextAt =
    meaning.outcome === 'failed' ? retryAt({ ...wait, retryAfter: meaning.retryAfter }, chance) : undefined;
  const attempt = {
    number: delivery.attempts + 1,
    startedAt: startedAt.toISOString(),
    durationMs: endedAt.getTime() - startedAt.getTime(),
    url: facts.webhook.url,
    ...(reply.status === undefined ? {} : { statusCode: reply.status }),
    ...(meaning.outcome === 'delivered' ? {} : { error: meaning.error }),
    answer: reply.body,
  };
  return {
    done: { delivery, attempt, endedAt, retryAt: nextAt },
    state: isGone ? goneState(after, meaning.error) : noticeFor(after),
    outcome: meaning.outcome === 'failed' && nextAt === undefined ? 'given_up' : meaning.outcome,
  };
}
