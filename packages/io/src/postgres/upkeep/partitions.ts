import type pg from 'pg';
import type { Database } from '../connection/database.ts';

const week = 7 * 86_400_000;
const WEEKS_AHEAD = 8;

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

/** Makes the weekly partitions around a moment on one connection: from the week before to eight weeks ahead. */
export async function ensurePartitionsAt(client: pg.ClientBase | pg.Pool, at: Date): Promise<void> {
  const days = [-week, WEEKS_AHEAD * week].map((shift) => dayOf(new Date(at.getTime() + shift)));
  await client.query('SELECT waybill_ensure_partitions($1::date, $2::date)', days);
}

/** Run daily: rows of a week without a partition are caught by the default one and move when theirs is made. */
export const ensurePartitions = (database: Database, at: Date): Promise<void> =>
  ensurePartitionsAt(database.pool, at);

/**
 * Drops whole weeks that ended before a moment; never one with unfinished mail. Returns the names of what went.
 * Dropping needs every table to itself for a moment. Rather than make all mail queue behind a long query, it gives up.
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
