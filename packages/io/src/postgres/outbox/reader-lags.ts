import type { Database } from '../connection/database.ts';

export type Lag = {
  readonly reader: string;
  /** Age of the oldest event that was not read, in seconds. */
  readonly seconds: number;
  /** At most `MOST_COUNTED`. */
  readonly events: number;
};

const MOST_COUNTED = 100_000;

const sql = `
  SELECT r.name AS reader, unread.events, coalesce(extract(epoch FROM now() - unread.oldest), 0)::float8 AS seconds
  FROM event_reader r, LATERAL (
    SELECT count(*)::integer AS events, min(occurred_at) AS oldest FROM (
      SELECT e.occurred_at FROM event e WHERE (e.tx, e.seq) > (r.tx, r.seq) ORDER BY e.tx, e.seq LIMIT ${MOST_COUNTED}
    ) AS behind
  ) AS unread
  WHERE r.name = ANY ($1::text[])`;

/** How far readers are behind. Events that an open transaction holds back count too. A reader that never read is not in the answer. */
export async function readerLags(
  { pool }: Pick<Database, 'pool'>,
  readers: readonly string[],
): Promise<readonly Lag[]> {
  const { rows } = await pool.query<Lag>(sql, [readers]);
  return rows.map((row) => ({ ...row, seconds: Math.max(0, row.seconds) }));
}
