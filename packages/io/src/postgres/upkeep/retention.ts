/** Deletes expired data row by row. Whole weeks are dropped with their partitions. ARCHITECTURE §6. */
import type { Database } from '../connection/database.ts';
import { firstIdOf } from '../reading/message-filter.ts';

const DAY_MS = 24 * 60 * 60_000;
/** Rows in a statement. Transactions are short, so that others do not wait. */
const BATCH = 1_000;
const NO_ID = '00000000-0000-0000-0000-000000000000';

/** The retention of a new stream, and of an installation without a stream. */
const DEFAULT_DAYS = 45;

/** How long a recipient that the account has no delivery of stays known to its limit of new recipients. */
const KNOWN_DAYS = 400;

/** How long statistics are kept. */
const STATISTICS_DAYS = 1_100;

type Stream = {
  readonly id: string;
  readonly accountId: string;
  readonly bytes: number;
  readonly events: number;
  readonly metadata: number;
};

/**
 * The next old messages of one stream that are finished, along (account_id, id). The retention of a scheduled message counts from
 * its send time. Held and unsent messages keep everything, because sending needs it. `has`: what is there to delete.
 */
const oldSql = (has: string): string => `
  SELECT id FROM message
  WHERE account_id = $1 AND stream_id = $2 AND id > $3 AND id < $4 AND state IN ('processed', 'discarded')
    AND (scheduled_at IS NULL OR scheduled_at < $5) AND ${has}
    AND NOT EXISTS (SELECT FROM delivery WHERE message_id = message.id AND (next_action_at IS NOT NULL OR status = 'held' OR held_for IS NOT NULL))
  ORDER BY id LIMIT ${BATCH}`;

const ofOld = '= ANY (ARRAY(SELECT id FROM old))';

const deleteContent = `DELETE FROM message_content WHERE message_id ${ofOld}`;
const deleteEvents = `DELETE FROM event WHERE message_id ${ofOld}`;
const deleteAttempts = `
  DELETE FROM attempt USING delivery WHERE attempt.delivery_id = delivery.id AND delivery.message_id ${ofOld}`;

/** Each statement of a kind deletes for a batch of messages, and returns their ids. */
const kinds = {
  bytes: `
    WITH old AS (${oldSql('EXISTS (SELECT FROM message_content WHERE message_id = message.id)')}),
      content AS (${deleteContent})
    SELECT id FROM old`,
  events: `
    WITH old AS (${oldSql('EXISTS (SELECT FROM event WHERE message_id = message.id)')}),
      attempts AS (${deleteAttempts}), events AS (${deleteEvents})
    SELECT id FROM old`,
  metadata: `
    WITH old AS (${oldSql('true')}),
      content AS (${deleteContent}), attempts AS (${deleteAttempts}), events AS (${deleteEvents}),
      deliveries AS (DELETE FROM delivery WHERE message_id ${ofOld}),
      messages AS (DELETE FROM message WHERE id ${ofOld})
    SELECT id FROM old`,
} as const satisfies Readonly<Record<string, string>>;

type Kind = keyof typeof kinds;

/** Tables without partitions. Their ids are in order of time too. */
const beside: readonly string[] = ['report', 'sandbox_message', 'discard'].map((table) => {
  const isDone = table === 'report' ? 'AND next_action_at IS NULL' : '';
  return `
    DELETE FROM ${table} WHERE id = ANY (ARRAY(SELECT id FROM ${table} WHERE id < $1 ${isDone} ORDER BY id LIMIT ${BATCH}))`;
});

const before = (now: Date, days: number): Date => new Date(now.getTime() - days * DAY_MS);

async function removeOf({ pool }: Database, kind: Kind, { stream, now }: Due): Promise<number> {
  const end = before(now, stream[kind]);
  let removed = 0;
  let from = NO_ID;
  for (;;) {
    const values = [stream.accountId, stream.id, from, firstIdOf(end), end];
    const { rows } = await pool.query<{ id: string }>(kinds[kind], values);
    removed += rows.length;
    if (rows.length < BATCH) return removed;
    from = rows.reduce((last, { id }) => (id > last ? id : last), from);
  }
}

type Due = { readonly stream: Stream; readonly now: Date };

/** What goes before the partition: the longest retention of all streams decides when that is dropped. */
const kindsOf = ({ bytes, events, metadata }: Stream, longest: number): readonly Kind[] => [
  ...(metadata < longest ? (['metadata'] as const) : []),
  ...(events < metadata ? (['events'] as const) : []),
  ...(bytes < longest ? (['bytes'] as const) : []),
];

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
      'SELECT max(retention_metadata_days) AS days FROM stream',
    );
    return before(now, rows[0]?.days ?? DEFAULT_DAYS);
  },

  /**
   * Deletes what each stream keeps for a shorter time than its partition lives: metadata, events with attempts, and bytes apart.
   * Returns the number of messages, a message counted once for each kind. The rest is dropped with the partition.
   */
  async removeByStream(now: Date): Promise<number> {
    const { rows } = await database.pool.query<Stream>(
      `SELECT id, account_id AS "accountId", retention_bytes_days AS bytes, retention_events_days AS events,
        retention_metadata_days AS metadata FROM stream ORDER BY id`,
    );
    const longest = Math.max(...rows.map(({ metadata }) => metadata));
    let removed = 0;
    for (const stream of rows)
      for (const kind of kindsOf(stream, longest)) removed += await removeOf(database, kind, { stream, now });
    return removed;
  },

  /** Deletes counts of mail that was accepted more than three years ago. Returns the number of rows. */
  async removeStatistics(now: Date): Promise<number> {
    const end = before(now, STATISTICS_DAYS);
    const slots = await database.pool.query('DELETE FROM stat_slot WHERE slot < $1', [end]);
    const days = await database.pool.query('DELETE FROM stat_day WHERE day < $1::date', [end]);
    return (slots.rowCount ?? 0) + (days.rowCount ?? 0);
  },

  /** Forgets recipients who became known long ago. One with a delivery stays known by that. Returns the number. */
  async removeKnown(now: Date): Promise<number> {
    const text = 'DELETE FROM known_recipient WHERE known_since < $1::date';
    return (await database.pool.query(text, [before(now, KNOWN_DAYS)])).rowCount ?? 0;
  },

  /** Deletes reports, sandbox messages, discards and warnings of limits from before a time. Returns the number. */
  async removeBeside(end: Date): Promise<number> {
    let removed = 0;
    for (const sql of beside) removed += await removeBatches(database, sql, firstIdOf(end));
    const warnings = await database.pool.query('DELETE FROM limit_warning WHERE window_start < $1', [end]);
    return removed + (warnings.rowCount ?? 0);
  },
});
