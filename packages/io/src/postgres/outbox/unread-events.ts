import type { Database } from '../connection/database.ts';
import { firstIdOf } from '../reading/message-filter.ts';

export type UnreadEvents = { readonly reader: string; readonly events: number };

const MOST_COUNTED = 100_000;

const sql = `
  SELECT r.name AS reader, (
    SELECT count(*) FROM (
      SELECT FROM event e WHERE e.id < $1 AND (e.tx, e.seq) > (r.tx, r.seq) LIMIT ${MOST_COUNTED}
    ) AS unread)::integer AS events
  FROM event_reader r`;

/** Events from before a time that readers have not read: retention is about to drop them. */
export async function unreadBefore(
  { pool }: Pick<Database, 'pool'>,
  before: Date,
): Promise<readonly UnreadEvents[]> {
  const { rows } = await pool.query<UnreadEvents>(sql, [firstIdOf(before)]);
  return rows.filter(({ events }) => events > 0);
}
