/** Deletes expired data row by row. Whole weeks are dropped with their partitions. ARCHITECTURE §6. */
import type { Database } from '../connection/database.ts';
import { firstIdOf } from '../reading/message-filter.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Rows in a statement. Transactions are short, so that others do not wait. */
const BATCH = 1_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The retention of a new stream, and of an installation without a stream. */
const DEFAULT_DAYS = 45;

/** How long statistics are kept. */
const STATISTICS_DAYS = 1_100;

type Stream = { readonly id: string; readonly accountId: string; readonly days: number };

/**
 * Deletes bytes of finished messages of one stream, batch by batch along (account_id, id). The retention of a scheduled message
 * counts from its send time. Held and unsent messages keep their bytes, because sending needs them.
 */
const contentSql = `
  WITH old AS (
    SELECT id FROM message
    WHERE account_id = $1 AND stream_id = $2 AND id > $3 AND id < $4 AND state IN ('processed', 'discarded')
      AND (scheduled_at IS NULL OR scheduled_at < $5)
      AND EXISTS (SELECT FROM message_content WHERE message_id = message.id)
      AND NOT EXISTS (SELECT FROM delivery WHERE message_id = message.id AND next_action_at IS NOT NULL)
    ORDER BY id LIMIT ${BATCH}
  )
  DELETE FROM message_content WHERE message_id = ANY (ARRAY(SELECT id FROM old)) RETURNING message_id AS id`;

/** Tables without partitions. Their ids are in order of time too. */
const beside: readonly string[] = ['report', 'sandbox_message', 'discard'].map((table) => {
  const isDone = table === 'report' ? 'AND next_action_at IS NULL' : '';
  return `
    DELETE FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM ${table} WHERE id < $1 ${isDone} ORDER BY id LIMIT ${BATCH}))`;
});

const before = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

async function removeContentOf({ pool }: Database, stream: Stream, now: Date): Promise<number> {
  const end = before(now, stream.days);
  let removed = 0;
  let from = NO_ID;
  for (;;) {
    const { rows } = await pool.query<{ id: string }>(contentSql, [
      stream.accountId,
      stream.id,
      from,
      firstIdOf(end),
      end,
    ]);
    removed += rows.length;
    if (rows.length < BATCH) return removed;
    from = rows.reduce((last, { id }) => (id > last ? id : last), from);
  }
}

async function removeBatches({ pool }: Database, sql: string, end: string): Promise<number> {
  let removed = 0;
  for (;;) {
    const { rowCount } = await pool.query(sql, [end]);
    removed += rowCount ?? 0;
    if ((rowCount ?? 0) < BATCH) return removed;
  }
}

export const retention = (database: Database) => ({
  /** The time before which no stream keeps data. */
  async horizon(now: Date): Promise<Date> {
    const { rows } = await database.pool.query<{ days: number | null }>(
      'SELECT max(retention_days) AS days FROM stream',
    );
    return before(now, rows[0]?.days ?? DEFAULT_DAYS);
  },

  /**
   * Deletes bytes of messages whose stream keeps them for a shorter time than their partition lives. Returns the number. The rest of
   * a message (envelope, attempts, events) is dropped with its partition.
   */
  async removeContent(now: Date): Promise<number> {
    const { rows } = await database.pool.query<Stream>(
      'SELECT id, account_id AS "accountId", retention_days AS days FROM stream ORDER BY id',
    );
    let removed = 0;
    for (const stream of rows) removed += await removeContentOf(database, stream, now);
    return removed;
  },

  /** Deletes counts of mail that was accepted more than three years ago. Returns the number of rows. */
  async removeStatistics(now: Date): Promise<number> {
    const end = before(now, STATISTICS_DAYS);
    const slots = await database.pool.query('DELETE FROM stat_slot WHERE slot < $1', [end]);
    const days = await database.pool.query('DELETE FROM stat_day WHERE day < $1::date', [end]);
    return (slots.rowCount ?? 0) + (days.rowCount ?? 0);
  },

  /** Deletes reports, sandbox messages and discards from before a time. Returns the number. */
  async removeBeside(end: Date): Promise<number> {
    let removed = 0;
    for (const sql of beside) removed += await removeBatches(database, sql, firstIdOf(end));
    return removed;
  },
});
