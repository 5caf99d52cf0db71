import type pg from 'pg';
import type { Database } from '../connection/database.ts';

const week = 7 * 86_400_000;
const WEEKS_AHEAD = 8;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Makes the weekly partitions around a time on one connection: from the week before to eight weeks ahead. */
export async function ensurePartitionsAt(client: pg.ClientBase | pg.Pool, at: Date): Promise<void> {
  const days = [-week, WEEKS_AHEAD * week].map((shift) => dayOf(new Date(at.getTime() + shift)));
  await client.query('SELECT waybill_ensure_partitions($1::date, $2::date)', days);
}

/** Runs daily. Rows of a week without a partition are in the default one and move when their partition is made. */
export const ensurePartitions = (database: Database, at: Date): Promise<void> =>
  ensurePartitionsAt(database.pool, at);

/**
 * Drops whole weeks that ended before a time, but none with unfinished mail. Returns the names of the dropped partitions.
 * Dropping locks every table for a moment. If a long query holds a lock, it gives up, so that mail does not wait.
 */
export async function dropPartitions(database: Database, before: Date): Promise<readonly string[]> {
  const client = await database.pool.connect();
  try {
    await client.query("BEGIN; SET LOCAL lock_timeout = '5s'");
    const { rows } = await client.query<{ name: string }>(
      'SELECT waybill_drop_partitions($1::date) AS name',
      [dayOf(before)],
    );
    await client.query('COMMIT');
    client.release();
    return rows.map((row) => row.name);
  } catch (error) {
    client.release(true);
    throw error;
  }
}
