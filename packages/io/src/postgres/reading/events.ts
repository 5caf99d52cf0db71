import type { AnyEventType } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { type EventDetail, eventColumns, isTestSql, type MessageEvent } from '../mail-store/message-rows.ts';
import { type Position, parsePosition, positionText } from '../outbox/position.ts';
import { firstIdOf } from './message-filter.ts';

/** The most that an id may be earlier than its event, because clocks of hosts differ. A bound by id excludes whole partitions. */
const HOUR_MS = 3_600_000;

/** SQL: the number of an event in its message, computed here, so that writing an event stays one insert. */
const placed = (page: string): string => `
  WITH page AS (${page}), placed AS (
    SELECT e.id, row_number() OVER (PARTITION BY e.message_id ORDER BY e.occurred_at, e.id)::integer AS sequence
    FROM event e WHERE e.account_id = $1 AND e.message_id IN (SELECT message_id FROM page)
  )
  SELECT ${eventColumns}
  FROM page e LEFT JOIN placed USING (id) LEFT JOIN delivery d ON d.id = e.delivery_id LEFT JOIN message m ON m.id = e.message_id`;

const sinceSql = `${placed(`
    SELECT e.* FROM event e
    WHERE e.account_id = $1 AND ($2::bigint IS NULL OR (e.tx, e.seq) > ($2, $3::bigint)) AND e.tx < (SELECT waybill_outbox_horizon())
      AND ($4::text[] IS NULL OR e.type = ANY ($4))
      AND ($5::uuid IS NULL OR e.message_id = $5) AND ($6::uuid IS NULL OR e.delivery_id = $6)
      AND ($7::timestamptz IS NULL OR (e.occurred_at >= $7 AND e.id >= $8::uuid))
      AND ($9::timestamptz IS NULL OR e.occurred_at < $9)
      AND ($11::boolean IS NULL OR EXISTS (
        SELECT FROM message m WHERE m.id = e.message_id AND m.account_id = e.account_id AND ${isTestSql('m')}))
    ORDER BY e.tx, e.seq LIMIT $10`)}
  ORDER BY e.tx, e.seq`;

const ofMessageSql = `${placed('SELECT e.* FROM event e WHERE e.account_id = $1 AND e.message_id = $2')}
  ORDER BY sequence`;

/** The position of an event; of one that is gone, the start. */
const positionSql = 'SELECT tx, seq FROM event WHERE account_id = $1 AND id = $2';

/** Of the clock below the horizon, behind all its numbers. */
const endSql = `SELECT waybill_outbox_horizon() - 1 AS tx, '9223372036854775807' AS seq`;

type Query = { readonly text: string; readonly values: readonly unknown[] };
type Placed = Position & { readonly id: string };

async function load<Event extends EventDetail>(
  database: Database,
  accountId: string,
  query: Query,
): Promise<readonly Event[]> {
  const rows = await readAs<Placed>(database, accountId, query);
  return rows.map(({ tx, seq, ...event }) => ({ ...event, position: positionText({ tx, seq }) }) as never);
}

/** The events of a message, oldest first. */
export const eventsOfMessage = (
  database: Database,
  accountId: string,
  messageId: string,
): Promise<readonly MessageEvent[]> =>
  load(database, accountId, { text: ofMessageSql, values: [accountId, messageId] });

export type EventsQuery = {
  /** The position of the last event of the page before, or its id in a cursor of before. */
  readonly after?: string;
  readonly limit: number;
  readonly types?: readonly AnyEventType[];
  readonly messageId?: string;
  readonly deliveryId?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Only events of messages that were sent with a test key or `sandbox: true`. */
  readonly onlyTests?: true;
};

async function positionOf(database: Database, accountId: string, after: string): Promise<Position> {
  const position = parsePosition(after);
  if (position !== undefined) return position;
  const query = { text: positionSql, values: [accountId, after] };
  return (await readAs<Position>(database, accountId, query))[0] ?? { tx: '-1', seq: '0' };
}

export const events = (database: Database) => ({
  /**
   * In the order of the outbox, so that a reader can continue after the last event and misses none: an event of a transaction that is
   * still open holds back those behind it.
   */
  async since(accountId: string, query: EventsQuery): Promise<readonly EventDetail[]> {
    const { after, limit, types, messageId, deliveryId, since, until, onlyTests } = query;
    const from = after === undefined ? undefined : await positionOf(database, accountId, after);
    const span = [since, since && firstIdOf(new Date(since.getTime() - HOUR_MS)), until];
    const filter = [types, messageId, deliveryId, ...span];
    const values = [accountId, from?.tx, from?.seq, ...filter, limit, onlyTests];
    return load(database, accountId, { text: sinceSql, values });
  },
  /** The place behind every event that can be read now. */
  async end(): Promise<string> {
    const { rows } = await database.pool.query<Position>(endSql);
    return positionText(rows[0] ?? { tx: '0', seq: '0' });
  },
  ofMessage: (accountId: string, messageId: string): Promise<readonly MessageEvent[]> =>
    eventsOfMessage(database, accountId, messageId),
});
