import type { Database } from '../connection/database.ts';

const sql = `
  SELECT r.name FROM event_reader r, LATERAL (
    SELECT e.occurred_at FROM event e WHERE (e.tx, e.seq) > (r.tx, r.seq) ORDER BY e.tx, e.seq LIMIT 1
  ) AS oldest
  WHERE oldest.occurred_at < now() - $1 * interval '1 second' AND r.moved_at < now() - $1 * interval '1 second'
  ORDER BY 1`;

/** Readers that have stood still for so many seconds although there were events to read. */
export async function laggingReaders(
  { pool }: Pick<Database, 'pool'>,
  seconds: number,
): Promise<readonly string[]> {
  return (await pool.query<{ name: string }>(sql, [seconds])).rows.map(({ name }) => name);
}
