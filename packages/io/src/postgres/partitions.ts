import type pg from 'pg';
import type { Database } from './database.ts';

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

/** Drops whole weeks that ended before a moment; never one with unfinished mail. Returns the names of what went. */
export async function dropPartitions(database: Database, before: Date): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ name: string }>(
    'SELECT waybill_drop_partitions($1::date) AS name',
    [dayOf(before)],
  );
  return rows.map((row) => row.name);
}
