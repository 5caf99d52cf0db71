/** Puts events into the ledger of the webhooks that want them. docs/adr/0036-webhooks-are-a-ledger-and-a-job-per-endpoint.md */
import { type AnyEventType, publicEventType } from '@waybill/relay/events/event';
import { eventView } from '@waybill/relay/events/event-view';
import { webhookDeliveryIdOf } from '@waybill/relay/id';
import { bodyOf, type WebhookShape } from '@waybill/relay/webhooks/shapes';
import type pg from 'pg';
import { fromRow, rowsText } from '../connection/rows.ts';
import { lineUp } from './line-up.ts';
import { type LoadedEvent, loadShownEvents } from './shown-events.ts';

/** An event of the stream, as far as it decides who gets it. */
export type LedgerEvent = { readonly id: string; readonly accountId: string; readonly type: AnyEventType };

export type Subscriber = {
  readonly id: string;
  readonly accountId: string;
  readonly events: readonly string[];
  readonly shape: WebhookShape;
};

/** A disabled webhook records nothing: its account may ask for a replay once it works again. */
const subscribersSql = `
  SELECT w.id, w.account_id, w.events, w.shape FROM webhook w JOIN account a ON a.id = w.account_id
  WHERE w.account_id = ANY ($1::uuid[]) AND w.status <> 'disabled' AND w.deleted_at IS NULL AND a.deleted_at IS NULL`;

/** Always in the order of ids, so that two transactions cannot deadlock. */
const lockSql = `SELECT id FROM webhook WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE`;

const insertSql = `
  INSERT INTO webhook_delivery (id, webhook_id, account_id, event_id, event_type, message_id, order_key, occurred_at, body)
  SELECT id, webhook_id, account_id, event_id, event_type, message_id, order_key, occurred_at, body
  FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, webhook_id uuid, account_id uuid, event_id uuid, event_type text, message_id uuid,
    order_key uuid, occurred_at timestamptz, body text)
  ON CONFLICT (id) DO NOTHING`;

/** While the circuit is open there is nothing to do before it closes. `least` and `greatest` ignore NULL. */
const dueSql = `
  UPDATE webhook SET next_action_at = least(next_action_at, greatest($2::timestamptz, resume_at))
  WHERE id = ANY ($1::uuid[]) AND status = 'active'`;

const wants = ({ events }: Pick<Subscriber, 'events'>, type: AnyEventType): boolean =>
  events.includes('*') || events.includes(publicEventType(type));

function rowOf(webhook: Subscriber, event: LoadedEvent) {
  return {
    id: webhookDeliveryIdOf(webhook.id, event.id),
    webhookId: webhook.id,
    accountId: webhook.accountId,
    eventId: event.id,
    eventType: publicEventType(event.type),
    messageId: event.messageId,
    orderKey: event.messageId ?? event.id,
    occurredAt: event.occurredAt,
    body: bodyOf(webhook.shape, eventView(event)),
  };
}

/** A row that is there already stays as it is. The caller holds the locks of the webhooks. */
export async function insertDeliveries(
  client: pg.ClientBase,
  subscribers: readonly Subscriber[],
  { events, now }: { readonly events: readonly LedgerEvent[]; readonly now: Date },
): Promise<void> {
  const loaded = await loadShownEvents(
    client,
    events.map(({ id }) => id),
  );
  const rows = loaded.flatMap((event) =>
    subscribers
      .filter((webhook) => webhook.accountId === event.accountId && wants(webhook, event.type))
      .map((webhook) => rowOf(webhook, event)),
  );
  if (rows.length === 0) return;
  await client.query(insertSql, [rowsText(rows)]);
  const webhookIds = [...new Set(rows.map(({ webhookId }) => webhookId))];
  await lineUp(client, { webhookIds, orderKeys: [...new Set(rows.map(({ orderKey }) => orderKey))] }, now);
  await client.query(dueSql, [webhookIds, now]);
}

export async function lockWebhooks(client: pg.ClientBase, ids: readonly string[]): Promise<void> {
  await client.query(lockSql, [ids]);
}

/** The work of the reader of the outbox: runs in its transaction. Returns the webhooks that have something to send. */
export async function writeLedger(
  client: pg.ClientBase,
  events: readonly LedgerEvent[],
  now: Date,
): Promise<readonly string[]> {
  const accountIds = [...new Set(events.map(({ accountId }) => accountId))];
  const { rows } = await client.query(subscribersSql, [accountIds]);
  const all = rows.map(fromRow<Subscriber>);
  const isWanted = ({ accountId, type }: LedgerEvent): boolean =>
    all.some((webhook) => webhook.accountId === accountId && wants(webhook, type));
  const wanted = events.filter(isWanted);
  if (wanted.length === 0) return [];
  const subscribers = all.filter((webhook) =>
    wanted.some(({ accountId, type }) => webhook.accountId === accountId && wants(webhook, type)),
  );
  const ids = subscribers.map(({ id }) => id);
  await lockWebhooks(client, ids);
  await insertDeliveries(client, subscribers, { events: wanted, now });
  return ids;
}
