/** Rows that are due, as the sweeper and the PostgreSQL queue take them. The rows are the truth of every queue (ARCHITECTURE §8). */
import type { QueueName } from '@waybill/relay/ports';
import type pg from 'pg';

type QueueRows = {
  readonly table: string;
  /** Of the rows of which `next_action_at` is over or near, those that may be handled at $1. */
  readonly where: string;
  /** Milliseconds until the row is due again. */
  readonly pause: string;
};

const rowsOf: Readonly<Record<QueueName, QueueRows>> = {
  accepted: {
    table: 'message',
    where: 'AND (scheduled_at IS NULL OR scheduled_at <= $1)',
    // Preparation that failed waits twice as long each time, so that the cause has time to pass before the message is held.
    pause: '$2 * power(2, least(process_attempts, 6))',
  },
  delivery: {
    table: 'delivery',
    // A process is working on a delivery under a live lease.
    where: 'AND not_before <= $1 AND (lease_until IS NULL OR lease_until <= $1)',
    pause: '$2',
  },
  report: { table: 'report', where: '', pause: '$2' },
  // A process is sending to a webhook under a live lease.
  webhook: { table: 'webhook', where: 'AND (lease_until IS NULL OR lease_until <= $1)', pause: '$2' },
};

/** How long a job that was enqueued with its row has before the sweeper enqueues it again, in milliseconds. */
export const ENQUEUE_GRACE_MS = 15_000;

/** How long a row that was taken is not due again, in milliseconds: longer than a round of the sweeper, so that several share the work. */
export const PAUSE_MS = 40_000;

const afterPause = ({ pause }: QueueRows): string => `$1::timestamptz + ${pause} * interval '1 ms'`;

/** SKIP LOCKED: two processes at once get different rows. The pause may be lost with the server's last moments: no fsync is waited for. */
const takeSql = (rows: QueueRows): string => `
  WITH taken AS (
    UPDATE ${rows.table} SET next_action_at = ${afterPause(rows)}
    WHERE id = ANY (ARRAY(
      SELECT id FROM ${rows.table} WHERE next_action_at <= $3 ${rows.where}
      ORDER BY next_action_at LIMIT $4 FOR UPDATE SKIP LOCKED))
    RETURNING id, set_config('synchronous_commit', 'off', true) AS quick
  )
  SELECT taken.id, next.at
  FROM (SELECT (SELECT next_action_at FROM ${rows.table} WHERE next_action_at > $1 ORDER BY next_action_at LIMIT 1) AS at) AS next
  LEFT JOIN taken ON true`;

/** A row that was handled in the meantime is due at another time by now. */
const untakeSql = (rows: QueueRows): string => `
  UPDATE ${rows.table} SET next_action_at = $1 WHERE id = ANY ($3) AND next_action_at = ${afterPause(rows)}`;

/** Counts no further than the limit: it is asked for often, and a long queue is long either way. */
const openSql = (queue: QueueName): string => `
  SELECT '${queue}' AS queue, count(*)::integer AS open
  FROM (SELECT FROM ${rowsOf[queue].table} WHERE next_action_at IS NOT NULL LIMIT $1) AS open`;

/** The row that has been due the longest. A row that was taken is due again only after its pause. */
const oldestSql = (queue: QueueName): string => `
  SELECT '${queue}' AS queue,
    (SELECT next_action_at FROM ${rowsOf[queue].table} WHERE next_action_at <= $1 ${rowsOf[queue].where} ORDER BY next_action_at LIMIT 1) AS due`;

export type TakeDue = {
  readonly now: Date;
  /** Rows of which `next_action_at` is no later; after `now` for rows whose job may be lost. */
  readonly horizon: Date;
  readonly limit: number;
};

export type TakenRows = {
  readonly ids: readonly string[];
  /** When the next row falls due; `undefined`: none is waiting. */
  readonly nextAt: Date | undefined;
};

/** Takes rows that are due, oldest first: they are not due again for a while. */
export async function takeDue(
  pool: pg.Pool,
  queue: QueueName,
  { now, horizon, limit }: TakeDue,
): Promise<TakenRows> {
  const { rows } = await pool.query<{ id: string | null; at: Date | null }>({
    name: `take-due-${queue}`,
    text: takeSql(rowsOf[queue]),
    values: [now, PAUSE_MS, horizon, limit],
  });
  return { ids: rows.flatMap(({ id }) => id ?? []), nextAt: rows[0]?.at ?? undefined };
}

/** Rows taken at `now` are due again at once, except those that were handled meanwhile. */
export async function untakeDue(
  pool: pg.Pool,
  queue: QueueName,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Date },
): Promise<void> {
  await pool.query(untakeSql(rowsOf[queue]), [now, PAUSE_MS, ids]);
}

/** Since when the oldest row of each queue is due; `undefined`: nothing is due. */
export async function oldestDue(
  pool: pg.Pool,
  now: Date,
): Promise<Readonly<Record<QueueName, Date | undefined>>> {
  const { rows } = await pool.query<{ queue: QueueName; due: Date | null }>(
    (Object.keys(rowsOf) as QueueName[]).map(oldestSql).join(' UNION ALL '),
    [now],
  );
  return Object.fromEntries(rows.map(({ queue, due }) => [queue, due ?? undefined])) as never;
}

/** Rows that are not finished: waiting, in flight, and due later. At most `limit` are counted in each queue. */
export async function countOpen(
  pool: pg.Pool,
  queues: readonly QueueName[],
  limit: number,
): Promise<Readonly<Record<QueueName, number>>> {
  const { rows } = await pool.query<{ queue: QueueName; open: number }>(
    queues.map(openSql).join(' UNION ALL '),
    [limit],
  );
  return Object.fromEntries(rows.map(({ queue, open }) => [queue, open])) as Record<QueueName, number>;
}
