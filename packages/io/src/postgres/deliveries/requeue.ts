/** Requeues deliveries on request, with an event: docs/adr/0009-requeued-is-the-one-way-back.md */
import { randomBytes } from 'node:crypto';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { makeId } from '@waybill/relay/id';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { movesAfter, openStatuses } from '../mail-store/status-moves.ts';
import { ENQUEUE_GRACE_MS } from '../upkeep/due-rows.ts';

const moves = movesAfter(['requeued']);
const movable = (Object.keys(moves) as DeliveryStatus[]).filter((status) => moves[status] !== status);

/** Statuses that wait, or that ended without a final reply of a server. */
const retryable: readonly DeliveryStatus[] = [...new Set([...openStatuses, ...movable])];

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
      released_at = CASE WHEN $9 THEN $3 ELSE released_at END,
      status_changed_at = CASE WHEN $5::jsonb->>delivery.status <> delivery.status THEN $3 ELSE status_changed_at END,
      expires_at = CASE WHEN delivery.expires_at > $3 THEN delivery.expires_at ELSE $3 + interval '1 minute' * coalesce(
        (SELECT expiry_minutes FROM stream WHERE stream.id = delivery.stream_id), 2880) END
    FROM message
    WHERE message.id = $2 AND message.account_id = $1 AND delivery.account_id = $1 AND delivery.message_id = $2
      AND (delivery.status = ANY ($4::text[]) OR ($9 AND held_for IS NOT NULL)) AND patch IS NOT NULL AND (lease_until IS NULL OR lease_until <= $3)
      AND EXISTS (SELECT FROM message_content WHERE message_content.message_id = $2) AND NOT EXISTS (${suppressedSql})
    RETURNING delivery.id, delivery.message_id, delivery.account_id, recipient, delivery.reason AS reason
  ), numbered AS (SELECT *, row_number() OVER (ORDER BY id) AS place FROM moved), told AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT ids.id, account_id, message_id, numbered.id, 'requeued', $3, jsonb_build_object('recipient', recipient, 'reason', reason)
    FROM numbered JOIN unnest($8::uuid[]) WITH ORDINALITY AS ids(id, place) USING (place)
  )
  SELECT id FROM moved`;

/** Returns a held message to the worker and resets the number of its runs. */
const releaseSql = `
  WITH moved AS (
    UPDATE message SET state = 'accepted', reason = '', process_attempts = 0, next_action_at = greatest($3, scheduled_at)
    WHERE account_id = $1 AND id = $2 AND state = 'held'
      AND EXISTS (SELECT FROM message_content WHERE message_content.message_id = $2)
    RETURNING id, account_id
  ), told AS (
    INSERT INTO event (id, account_id, message_id, type, occurred_at, detail)
    SELECT $4, account_id, id, 'requeued', $5, jsonb_build_object('reason', 'released on request') FROM moved
  )
  SELECT id FROM moved`;

const MAX_DELIVERIES = 1_000;

/** Ids for one event per delivery. Some may stay unused. */
export const freshEventIds = (at: Date): readonly string[] =>
  Array.from({ length: MAX_DELIVERIES }, () => makeId(at, randomBytes(10)));

const sweepAfter = (at: Date): Date => new Date(at.getTime() + ENQUEUE_GRACE_MS);

type Requeue = {
  readonly from: readonly DeliveryStatus[];
  readonly reason: string;
  /** Also for deliveries that a setting holds, in any status. */
  readonly isRelease: boolean;
};

type Asked = { readonly accountId: string; readonly messageId: string; readonly at: Date };

async function requeue(
  database: Database,
  { accountId, messageId, at }: Asked,
  { from, reason, isRelease }: Requeue,
): Promise<readonly string[]> {
  const values = [
    accountId,
    messageId,
    at,
    from,
    JSON.stringify(moves),
    reason,
    sweepAfter(at),
    freshEventIds(at),
    isRelease,
  ];
  const rows = await readAs<{ id: string }>(database, accountId, { text: requeueSql, values });
  database.eventsWritten();
  return rows.map(({ id }) => id);
}

async function releaseMessage(database: Database, { accountId, messageId, at }: Asked): Promise<boolean> {
  const values = [accountId, messageId, sweepAfter(at), makeId(at, randomBytes(10)), at];
  return (await readAs(database, accountId, { text: releaseSql, values })).length > 0;
}

export type Released = {
  /** The message itself was held: the caller enqueues it in `accepted`. */
  readonly message: boolean;
  /** Deliveries that were held: the caller enqueues them in `delivery`. */
  readonly deliveries: readonly string[];
};

export const requeueing = (database: Database) => ({
  /** Makes undelivered recipients due now, also failed ones. Returns the ids to enqueue. */
  retry: (accountId: string, messageId: string, at: Date): Promise<readonly string[]> =>
    requeue(
      database,
      { accountId, messageId, at },
      { from: retryable, reason: 'it is tried again on request', isRelease: false },
    ),

  /** Makes the held message or its held deliveries due now. */
  async release(accountId: string, messageId: string, at: Date): Promise<Released> {
    const asked = { accountId, messageId, at };
    const reason = 'it was held and is released on request';
    return {
      message: await releaseMessage(database, asked),
      deliveries: await requeue(database, asked, { from: ['held'], reason, isRelease: true }),
    };
  },
});
