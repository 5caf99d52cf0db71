import type { EventType } from '@waybill/relay/events/event';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { type EventDetail, eventColumns, isTestSql } from '../mail-store/message-rows.ts';
import { firstIdOf } from './message-filter.ts';

/**
 * In milliseconds. Ids are made before their transaction commits, so a later id may be visible first. A reader that continues after
 * the last id gets only events older than this, so that it misses none.
 */
const SETTLE_MS = 1_000;
/** The most that an id may be earlier than its event, because clocks of hosts differ. A bound by id excludes whole partitions. */
const HOUR_MS = 3_600_000;

/** SQL: the number of an event in its message, computed here, so that writing an event stays one insert. */
const placed = (page: string): string => `
  WITH page AS (${page}), placed AS (
    SELECT e.id, row_number() OVER (PARTITION BY e.message_id ORDER BY e.occurred_at, e.id)::integer AS sequence
    FROM event e WHERE e.account_id = $1 AND e.message_id IN (SELECT message_id FROM page)
  )
  SELECT ${eventColumns}
  FROM page e JOIN placed USING (id) LEFT JOIN delivery d ON d.id = e.delivery_id LEFT JOIN message m ON m.id = e.message_id`;

const sinceSql = `${placed(`
    SELECT e.* FROM event e
    WHERE e.account_id = $1 AND ($2::uuid IS NULL OR e.id > $2) AND e.id < $3 AND ($4::text[] IS NULL OR e.type = ANY ($4))
      AND ($5::uuid IS NULL OR e.message_id = $5) AND ($6::uuid IS NULL OR e.delivery_id = $6)
      AND ($7::timestamptz IS NULL OR (e.occurred_at >= $7 AND e.id >= $8::uuid))
      AND ($9::timestamptz IS NULL OR e.occurred_at < $9)
      AND ($11::boolean IS NULL OR EXISTS (
        SELECT FROM message m WHERE m.id = e.message_id AND m.account_id = e.account_id AND ${isTestSql('m')}))
    ORDER BY e.id LIMIT $10`)}
  ORDER BY e.id`;

const ofMessageSql = `${placed('SELECT e.* FROM event e WHERE e.account_id = $1 AND e.message_id = $2')}
  ORDER BY sequence`;

type Query = { readonly text: string; readonly values: readonly unknown[] };

const load = (database: Database, accountId: string, query: Query): Promise<readonly EventDetail[]> =>
  readAs(database, accountId, query);

/** The newest events of a message, oldest first. */
export const eventsOfMessage = (
  database: Database,
  accountId: string,
  messageId: string,
): Promise<readonly EventDetail[]> =>
  load(database, accountId, { text: ofMessageSql, values: [accountId, messageId] });

export type EventsQuery = {
  /** The id of the last event of the page before. */
  readonly after?: string;
  readonly limit: number;
  readonly types?: readonly EventType[];
  readonly messageId?: string;
  readonly deliveryId?: string;
  readonly since?: Date;
  readonly until?: Date;
  readonly now: Date;
  /** Only events of messages that were sent with a test key or `sandbox: true`. */
  readonly onlyTests?: true;
};

export const events = (database: Database) => ({
  /** Oldest first, so that a reader can continue after the last event. */
  since: (accountId: string, query: EventsQuery): Promise<readonly EventDetail[]> => {
    const { after, limit, types, messageId, deliveryId, since, until, now, onlyTests } = query;
    const settled = firstIdOf(new Date(now.getTime() - SETTLE_MS));
    const span = [since, since && firstIdOf(new Date(since.getTime() - HOUR_MS)), until];
    const values = [accountId, after, settled, types, messageId, deliveryId, ...span, limit, onlyTests];
    return load(database, accountId, { text: sinceSql, values });
  },
  ofMessage: (accountId: string, messageId: string): Promise<readonly EventDetail[]> =>
    eventsOfMessage(database, accountId, messageId),
});
