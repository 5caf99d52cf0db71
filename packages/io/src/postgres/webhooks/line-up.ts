import type pg from 'pg';

/**
 * Makes the first waiting delivery of each key due, and no other: the events of a message are sent one after the other. The caller holds
 * the lock of the webhooks' rows, so that no other transaction adds to a key or ends one of its deliveries meanwhile.
 */
const lineUpSql = `
  WITH waiting AS (
    SELECT id, next_attempt_at,
      row_number() OVER (PARTITION BY webhook_id, order_key ORDER BY occurred_at, event_id) = 1 AS is_first
    FROM webhook_delivery
    WHERE order_key = ANY ($2::uuid[]) AND webhook_id = ANY ($1::uuid[]) AND status = 'waiting'
  )
  UPDATE webhook_delivery d SET next_attempt_at = CASE WHEN is_first THEN $3::timestamptz END
  FROM waiting WHERE d.id = waiting.id AND (waiting.next_attempt_at IS NULL) = is_first`;

export type Keys = { readonly webhookIds: readonly string[]; readonly orderKeys: readonly string[] };

export async function lineUp(
  client: pg.ClientBase,
  { webhookIds, orderKeys }: Keys,
  now: Date,
): Promise<void> {
  if (orderKeys.length === 0) return;
  await client.query(lineUpSql, [webhookIds, orderKeys, now]);
}
