import { publicId, webhookDeliveryIdOf } from '../id.ts';
import { Refusal } from '../refusal.ts';
import { audit, type Caller, newId } from './audit.ts';
import { found } from './found.ts';
import { isoOrNull, orNull } from './or-null.ts';
import { accountOf } from './principal.ts';
import { faultAt } from './request-fault.ts';
import type { Ports } from './stores.ts';
import type { ReplayRange, WebhookAttempt, WebhookDeliveryRecord, WebhookRecord } from './webhook-records.ts';
import { enqueueWebhook, requireRecent, type WebhookPorts } from './webhooks.ts';

type DeliveryPorts = WebhookPorts & Ports<'webhookDeliveries' | 'webhooks'>;

const attemptView = (attempt: WebhookAttempt) => ({
  number: attempt.number,
  started_at: attempt.startedAt,
  duration_ms: attempt.durationMs,
  url: attempt.url,
  status_code: orNull(attempt.statusCode),
  error: orNull(attempt.error),
  answer: attempt.answer,
});

export function webhookDeliveryView(row: WebhookDeliveryRecord) {
  const last = row.history.at(-1);
  return {
    id: publicId('whd', row.id),
    webhook_id: publicId('wh', row.webhookId),
    event_id: publicId('evt', row.eventId),
    event_type: row.eventType,
    message_id: row.messageId === undefined ? null : publicId('msg', row.messageId),
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: isoOrNull(row.nextAttemptAt),
    occurred_at: row.occurredAt.toISOString(),
    ended_at: isoOrNull(row.endedAt),
    last_attempt: last === undefined ? null : attemptView(last),
  };
}

/** With the request; its signature and its time are made anew for each attempt. */
export const webhookDeliveryDetailView = (row: WebhookDeliveryRecord) => ({
  ...webhookDeliveryView(row),
  request: {
    headers: { 'content-type': 'application/json', 'webhook-id': publicId('evt', row.eventId) },
    body: row.body,
  },
  history: row.history.map(attemptView),
});

async function requireActive(
  accountId: string,
  webhookId: string,
  { stores }: DeliveryPorts,
): Promise<WebhookRecord> {
  const row = found(await stores.webhooks.one(accountId, webhookId));
  if (row.status !== 'active')
    throw new Refusal('conflict', { detail: `the webhook is ${row.status}; resume it first` });
  return row;
}

/** The name of the event that a test sends. */
const TEST_TYPE = 'webhook.test';

/** Sends an event that did not happen, so that the receiver can be tried. */
export async function testWebhook(
  webhookId: string,
  caller: Caller,
  ports: DeliveryPorts,
): Promise<WebhookDeliveryRecord> {
  const accountId = accountOf(caller);
  await requireActive(accountId, webhookId, ports);
  const occurredAt = ports.now();
  const eventId = newId(ports);
  const shown = {
    id: publicId('evt', eventId),
    type: TEST_TYPE,
    occurred_at: occurredAt.toISOString(),
    webhook_id: publicId('wh', webhookId),
  };
  const id = webhookDeliveryIdOf(webhookId, eventId);
  const body = JSON.stringify({ type: TEST_TYPE, timestamp: shown.occurred_at, data: shown });
  const { webhookDeliveries } = ports.stores;
  await webhookDeliveries.addTest(accountId, webhookId, {
    id,
    eventId,
    eventType: TEST_TYPE,
    occurredAt,
    body,
  });
  const row = found(await webhookDeliveries.one(accountId, id));
  const after = { delivery: publicId('whd', id) };
  await audit(caller, { action: 'webhook.tested', target: publicId('wh', webhookId), after }, ports);
  await enqueueWebhook(webhookId, ports);
  return row;
}

export async function replayDelivery(
  id: string,
  caller: Caller,
  ports: DeliveryPorts,
): Promise<WebhookDeliveryRecord> {
  const accountId = accountOf(caller);
  const { webhookDeliveries } = ports.stores;
  const { webhookId, status } = found(await webhookDeliveries.one(accountId, id));
  await requireActive(accountId, webhookId, ports);
  await webhookDeliveries.replayOne(accountId, id, ports.now());
  const states = { before: { status }, after: { status: 'waiting', replayed_at: ports.now().toISOString() } };
  const change = { action: 'webhook_delivery.replayed', target: publicId('whd', id), ...states };
  await audit(caller, change, ports);
  await enqueueWebhook(webhookId, ports);
  return found(await webhookDeliveries.one(accountId, id));
}

export type AskedReplay = Omit<ReplayRange, 'now'> & { readonly webhookId: string };

/** The number of deliveries that are sent again. */
export async function replayRange(
  { webhookId, ...range }: AskedReplay,
  caller: Caller,
  ports: DeliveryPorts,
): Promise<number> {
  const accountId = accountOf(caller);
  const now = ports.now();
  requireRecent('/since', range.since, now);
  if (range.until !== undefined && range.until <= range.since)
    throw faultAt('/until', 'must be later than since');
  await requireActive(accountId, webhookId, ports);
  const queued = await ports.stores.webhookDeliveries.replayRange(accountId, webhookId, { ...range, now });
  const after = { since: range.since.toISOString(), until: isoOrNull(range.until), queued };
  await audit(caller, { action: 'webhook.replayed', target: publicId('wh', webhookId), after }, ports);
  await enqueueWebhook(webhookId, ports);
  return queued;
}
