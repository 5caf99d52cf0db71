import type { EventType } from '@waybill/relay/events/event';
import type { EventRow, EventStore } from '@waybill/relay/ports';
import type pg from 'pg';
import { openBatcher } from '../../concurrency/batcher.ts';
import { isConnectionTrouble as isTransient } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import { rowsText } from '../connection/rows.ts';
import { notingEvents } from './event-signal.ts';
import { movesAfter, openStatuses } from './status-moves.ts';

/** Inserts events and moves statuses. `moves` combines all events of a delivery, because a statement changes a row once. */
const appendSql = `
  WITH told AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT id, account_id, message_id, delivery_id, type, occurred_at, detail
    FROM jsonb_to_recordset($1::jsonb) AS t(
      id uuid, account_id uuid, message_id uuid, delivery_id uuid, type text, occurred_at timestamptz, detail jsonb)
    ON CONFLICT (id) DO NOTHING
  ), given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($2::jsonb) AS t(delivery_id uuid, account_id uuid, moves jsonb, reason text, at timestamptz)
  ), locked AS MATERIALIZED (
    SELECT delivery.id, given.moves->>delivery.status AS next, given.reason, at
    FROM delivery JOIN given ON given.delivery_id = delivery.id
    WHERE delivery.id = ANY ($3::uuid[]) AND delivery.account_id = given.account_id AND given.moves->>delivery.status <> delivery.status
    ORDER BY delivery.id FOR UPDATE OF delivery
  )
  UPDATE delivery SET status = next, reason = locked.reason, status_changed_at = at,
    next_action_at = CASE WHEN next = ANY ($4::text[]) THEN next_action_at END
  FROM locked
  WHERE delivery.id = locked.id AND delivery.id = ANY ($3::uuid[])`;

/** Whether the event may change a status. Other events need no read of the delivery. */
const isMoving = (type: EventType): boolean =>
  Object.entries(movesAfter([type])).some(([before, after]) => before !== after);

const reasonOf = (event: EventRow): string => {
  const { reason } = event.detail;
  return typeof reason === 'string' ? reason : `a later event says: ${event.type}`;
};

function moveRow(deliveryId: string, events: readonly EventRow[]) {
  const last = events.at(-1);
  return {
    deliveryId,
    accountId: last?.accountId,
    moves: movesAfter(events.map((event) => event.type)),
    reason: last && reasonOf(last),
    at: last?.occurredAt,
  };
}

async function appendEvents(pool: pg.Pool, events: readonly EventRow[]): Promise<readonly undefined[]> {
  const moving = Map.groupBy(
    events.filter((event) => event.deliveryId !== undefined && isMoving(event.type)),
    (event) => event.deliveryId ?? '',
  );
  await pool.query({
    name: 'append-events',
    text: appendSql,
    values: [
      rowsText(events),
      rowsText([...moving].map(([deliveryId, of]) => moveRow(deliveryId, of))),
      [...moving.keys()],
      openStatuses,
    ],
  });
  return events.map(() => undefined);
}

/** Concurrent calls share a statement; each resolves after its COMMIT. */
export function openEventStore({ database }: { readonly database: Database }): EventStore {
  const events = openBatcher<EventRow, void>({
    flush: notingEvents(database, (batch: readonly EventRow[]) => appendEvents(database.pool, batch)),
    maxItems: 500,
    isTransient,
  });
  return { append: (event) => events.add(event) };
}
