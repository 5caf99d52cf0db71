/** What is logged and counted of webhooks. */
import type { EndpointState, LeasedWebhook } from '@waybill/io/postgres/webhooks/sending';
import type { WebhookPorts } from './ports.ts';
import type { Recorded } from './record.ts';

type Ports = Pick<WebhookPorts, 'log' | 'metrics'>;

const factsOf = ({ id: webhookId, accountId }: LeasedWebhook) => ({ webhookId, accountId });

export function reportAttempt(
  webhook: LeasedWebhook,
  { done, outcome }: Recorded,
  { log, metrics }: Ports,
): void {
  const { delivery, attempt, endedAt } = done;
  metrics.webhookAttempts.inc({ outcome });
  if (outcome === 'delivered' && delivery.attempts === 0)
    metrics.webhookSeconds.observe((endedAt.getTime() - delivery.occurredAt.getTime()) / 1_000);
  const facts = {
    ...factsOf(webhook),
    eventId: delivery.eventId,
    attempt: attempt.number,
    outcome,
    status: attempt.statusCode,
    reason: attempt.error,
  };
  // What went well stands in the ledger; a line for each would cost more than its row.
  log[outcome === 'delivered' ? 'debug' : 'info'](facts, 'webhook attempted');
}

export function reportNotice(
  webhook: LeasedWebhook,
  { notice, disabledFor }: EndpointState,
  { log, metrics }: Ports,
): void {
  if (notice === undefined) return;
  log.warn({ ...factsOf(webhook), reason: disabledFor }, notice.type);
  if (disabledFor !== undefined) metrics.webhooksDisabled.inc();
}
