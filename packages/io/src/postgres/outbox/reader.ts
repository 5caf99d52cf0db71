/**
 * Readers of the outbox. Each follows the whole stream by a cursor of its own, and the effects of a batch are committed with the cursor, so
 * that each event takes effect exactly once for each reader. docs/adr/0034-the-event-table-is-the-outbox.md
 */
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import type { Position } from './position.ts';
import { type StreamedEvent, type StreamedRow, streamedColumns, streamedEvent } from './streamed-event.ts';

/** Runs on the client of the transaction that moves the cursor. */
export type ReadWork = (client: pg.PoolClient, events: readonly StreamedEvent[]) => Promise<void>;

export type Reader = {
  readonly name: string;
  /** Handles the next events, in order. Returns how many there were; 0 also when another process is reading. */
  next(limit: number, work: ReadWork): Promise<number>;
  /** Records the next event as one that could not be handled, and moves past it. */
  passOver(error: unknown): Promise<StreamedEvent | undefined>;
};

export type ReaderOptions = {
  readonly database: Pick<Database, 'pool'>;
  readonly name: string;
  /** Where a reader begins that never read: with the events that are stored, or after them. */
  readonly from?: 'start' | 'now';
};

const LARGEST_BIGINT = '9223372036854775807';

const beginSql: Readonly<Record<'start' | 'now', string>> = {
  start: 'SELECT $1, 0, 0',
  now: `SELECT $1, waybill_outbox_horizon() - 1, ${LARGEST_BIGINT}`,
};

/** A statement of its own before the others, because their snapshots must not be older than the lock. */
const lockSql = "SELECT pg_try_advisory_xact_lock(hashtext('waybill_reader'), hashtext($1)) AS locked";

/** The horizon is read once and before the events: a later look, for another partition, may give another one. */
const cursorSql = 'SELECT tx, seq, waybill_outbox_horizon() AS horizon FROM event_reader WHERE name = $1';

const eventsSql = `
  SELECT ${streamedColumns} FROM event e
  WHERE (e.tx, e.seq) > ($1::bigint, $2::bigint) AND e.tx < $3::bigint
  ORDER BY e.tx, e.seq LIMIT $4`;

const moveSql = `
  UPDATE event_reader SET tx = $2, seq = $3, moved_at = now()
  WHERE name = $1 AND (tx, seq) = ($4::bigint, $5::bigint)`;

const passSql = `
  INSERT INTO passed_event (reader, event_id, account_id, error) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`;

type Cursor = Position & { readonly horizon: string };
type Batch = { readonly cursor: Cursor; readonly rows: readonly StreamedRow[] };

const MAX_ERROR_CHARACTERS = 2_000;

async function cursorOf(client: pg.PoolClient, { name, from = 'now' }: ReaderOptions): Promise<Cursor> {
  const { rows } = await client.query<Cursor>(cursorSql, [name]);
  if (rows[0] !== undefined) return rows[0];
  await client.query(`INSERT INTO event_reader (name, tx, seq) ${beginSql[from]} ON CONFLICT DO NOTHING`, [
    name,
  ]);
  return cursorOf(client, { name, from } as ReaderOptions);
}

async function moveTo(client: pg.PoolClient, name: string, { cursor, rows }: Batch): Promise<void> {
  const last = rows.at(-1);
  if (last === undefined) return;
  const values = [name, last.tx, last.seq, cursor.tx, cursor.seq];
  const { rowCount } = await client.query(moveSql, values);
  if (rowCount !== 1) throw new Error(`The cursor of the reader ${name} was moved by another process`);
}

/** Runs the work on the next rows and moves the cursor, in one transaction. */
function readBatch(
  options: ReaderOptions,
  limit: number,
  work: (client: pg.PoolClient, rows: readonly StreamedRow[]) => Promise<void>,
): Promise<readonly StreamedRow[]> {
  const { database, name } = options;
  return inTransaction(database, async (client) => {
    const { rows: locks } = await client.query<{ locked: boolean }>(lockSql, [name]);
    if (!locks[0]?.locked) return [];
    const cursor = await cursorOf(client, options);
    const { rows } = await client.query<StreamedRow>(eventsSql, [
      cursor.tx,
      cursor.seq,
      cursor.horizon,
      limit,
    ]);
    if (rows.length === 0) return rows;
    await work(client, rows);
    await moveTo(client, name, { cursor, rows });
    return rows;
  });
}

export function openReader(options: ReaderOptions): Reader {
  const { name } = options;
  return {
    name,
    async next(limit, work) {
      const rows = await readBatch(options, limit, (client, batch) => work(client, batch.map(streamedEvent)));
      return rows.length;
    },
    async passOver(error) {
      const text = (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
        .replaceAll('\0', '')
        .slice(0, MAX_ERROR_CHARACTERS);
      const [row] = await readBatch(options, 1, async (client, [event]) => {
        await client.query(passSql, [name, event?.id, event?.account_id, text]);
      });
      return row && streamedEvent(row);
    },
  };
}
