/** Requeues deliveries on request, with an event: docs/adr/0009-requeued-is-the-one-way-back.md */
import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { Moved } from '@waybill/relay/management/records';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { movesAfter, openStatuses } from '../mail-store/status-moves.ts';
import { ENQUEUE_GRACE_MS } from '../upkeep/due-rows.ts';

const moves = movesAfter(['requeued']);
const movable = (Object.keys(moves) as DeliveryStatus[]).filter((status) => moves[status] !== status);

/** Statuses that wait, or that ended without a final reply of a server. */
export const retryable: readonly DeliveryStatus[] = [...new Set([...openStatuses, ...movable])];

/** Recipients that were suppressed meanwhile. A complaint cannot be bypassed. */
const suppressedSql = `
  SELECT FROM suppression s
  WHERE s.account_id = $1 AND s.address = delivery.recipient_key AND (s.stream_id IS NULL OR s.stream_id = delivery.stream_id)
    AND (s.expires_at IS NULL OR s.expires_at > $3)
    AND (s.reason = 'complaint' OR NOT coalesce((message.options->>'bypassSuppression')::boolean, false))`;

/**
 * Makes deliveries due now, if no process is sending them and their bytes are stored. A release is recorded, so that the gates let
 * the delivery pass although its key or sender was removed. An expired delivery gets the lifetime of its stream again. The sweeper
 * enqueues ids that the caller could not enqueue.
 */
const requeueSql = `
  WITH moved AS (
    UPDATE delivery SET status = $5::jsonb->>delivery.status, not_before = $3, next_action_at = $7, held_for = NULL,
      reason = CASE WHEN held_for IS NULL THEN $6 ELSE $6 || ' (' || delivery.reason || ')' END,
      released_at = CASE WHEN $8 THEN $3 ELSE released_at END,
      status_changed_at = CASE WHEN $5::jsonb->>delivery.status <> delivery.status THEN $3 ELSE status_changed_at END,
      expires_at = CASE WHEN delivery.expires_at > $3 THEN delivery.expires_at ELSE $3 + interval '1 minute' * coalesce(
        (SELECT expiry_minutes FROM stream WHERE stream.id = delivery.stream_id), 2880) END
    FROM message
    WHERE message.id = ANY ($2::uuid[]) AND message.account_id = $1 AND delivery.account_id = $1 AND delivery.message_id = message.id
      AND (delivery.status = ANY ($4::text[]) OR ($8 AND held_for IS NOT NULL)) AND patch IS NOT NULL AND (lease_until IS NULL OR lease_until <= $3)
      AND EXISTS (SELECT FROM message_content WHERE message_content.message_id = message.id) AND NOT EXISTS (${suppressedSql})
    RETURNING delivery.id, delivery.message_id, delivery.account_id, recipient, delivery.reason AS reason
  ), noted AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT waybill_new_id($3), account_id, message_id, id, 'requeued', $3, jsonb_build_object('recipient', recipient, 'reason', reason)
    FROM moved
  )
  SELECT id, message_id FROM moved`;

/** Returns held messages to the worker and resets the number of their runs. */
const releaseSql = `
  WITH moved AS (
    UPDATE message SET state = 'accepted', reason = '', process_attempts = 0, next_action_at = greatest($3, scheduled_at)
    WHERE account_id = $1 AND id = ANY ($2::uuid[]) AND state = 'held'
      AND EXISTS (SELECT FROM message_content WHERE message_content.message_id = message.id)
    RETURNING id, account_id
  ), noted AS (
    INSERT INTO event (id, account_id, message_id, type, occurred_at, detail)
    SELECT waybill_new_id($4), account_id, id, 'requeued', $4, jsonb_build_object('reason', 'released on request') FROM moved
  )
  SELECT id FROM moved`;

const sweepAfter = (at: Date): Date => new Date(at.getTime() + ENQUEUE_GRACE_MS);

type Requeue = {
  readonly from: readonly DeliveryStatus[];
  readonly reason: string;
  /** Also for deliveries that a setting holds, in any status. */
  readonly isRelease: boolean;
};

type Asked = { readonly accountId: string; readonly ids: readonly string[]; readonly at: Date };
type Deliveries = Moved['deliveries'];

async function requeue(
  database: Database,
  { accountId, ids, at }: Asked,
  { from, reason, isRelease }: Requeue,
): Promise<Deliveries> {
  const values = [accountId, ids, at, from, JSON.stringify(moves), reason, sweepAfter(at), isRelease];
  const rows = await readAs<Deliveries[number]>(database, accountId, { text: requeueSql, values });
  database.eventsWritten();
  return rows;
}

async function releaseMessages(
  database: Database,
  { accountId, ids, at }: Asked,
): Promise<readonly string[]> {
  const values = [accountId, ids, sweepAfter(at), at];
  const rows = await readAs<{ id: string }>(database, accountId, { text: releaseSql, values });
  database.eventsWritten();
  return rows.map(({ id }) => id);
}

export const requeueing = (database: Database) => ({
  /** Makes undelivered recipients due now, also failed ones. */
  async retry(accountId: string, ids: readonly string[], at: Date): Promise<Moved> {
    const how = { from: retryable, reason: 'it is tried again on request', isRelease: false };
    return { messages: [], deliveries: await requeue(database, { accountId, ids, at }, how) };
  },

  /** Makes held messages, or their held deliveries, due now. */
  async release(accountId: string, ids: readonly string[], at: Date): Promise<Moved> {
    const asked = { accountId, ids, at };
    const reason = 'it was held and is released on request';
    return {
      messages: await releaseMessages(database, asked),
      deliveries: await requeue(database, asked, { from: ['held'], reason, isRelease: true }),
    };
  },
});
