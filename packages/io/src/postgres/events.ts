import type { EventType } from '@waybill/relay/events/event';
import type { Database } from './database.ts';
import { firstIdOf } from './message-filter.ts';
import { type EventDetail, eventColumns, type FromDatabase, withoutNulls } from './message-rows.ts';
import { readAs } from './tenant.ts';

/**
 * Ids are made before their transaction commits, so a later id may be seen first. A reader that goes by the last id it
 * saw is shown nothing younger than this, or it would pass over what was still on its way.
 */
const SETTLE_MS = 1_000;

const sinceSql = `
  SELECT ${eventColumns} FROM event e LEFT JOIN delivery d ON d.id = e.delivery_id
  WHERE e.account_id = $1 AND ($2::uuid IS NULL OR e.id > $2) AND e.id < $3 AND ($4::text[] IS NULL OR e.type = ANY ($4))
  ORDER BY e.id LIMIT $5`;

const ofMessageSql = `
  SELECT ${eventColumns} FROM event e LEFT JOIN delivery d ON d.id = e.delivery_id
  WHERE e.account_id = $1 AND e.message_id = $2 ORDER BY e.occurred_at, e.id`;

type Query = { readonly text: string; readonly values: readonly unknown[] };

const load = async (database: Database, accountId: string, query: Query): Promise<readonly EventDetail[]> =>
  (await readAs<FromDatabase<EventDetail>>(database, accountId, query)).map((row) =>
    withoutNulls<EventDetail>(row),
  );

/** Oldest first, the newest among them. */
export const eventsOfMessage = (
  database: Database,
  accountId: string,
  messageId: string,
): Promise<readonly EventDetail[]> =>
  load(database, accountId, { text: ofMessageSql, values: [accountId, messageId] });

export type EventsQuery = {
  /** Id of the last event seen. */
  readonly after?: string;
  readonly limit: number;
  readonly types?: readonly EventType[];
  readonly now: Date;
};

export const events = (database: Database) => ({
  /** Oldest first, so that a reader can go on from the last. */
  since: (accountId: string, { after, limit, types, now }: EventsQuery): Promise<readonly EventDetail[]> => {
    const settled = firstIdOf(new Date(now.getTime() - SETTLE_MS));
    return load(database, accountId, { text: sinceSql, values: [accountId, after, settled, types, limit] });
  },
  ofMessage: (accountId: string, messageId: string): Promise<readonly EventDetail[]> =>
    eventsOfMessage(database, accountId, messageId),
});
