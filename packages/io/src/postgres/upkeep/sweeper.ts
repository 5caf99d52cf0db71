import type { QueueName, Sweeper } from '@waybill/relay/ports';
import type { Database } from '../connection/database.ts';

/** The delay until a row is enqueued again, in milliseconds. Longer than a round of sweeping, so that several sweepers share the work. */
const ENQUEUE_AGAIN_MS = 40_000;

type Swept = { readonly table: string; readonly where?: string; readonly wait?: string };

/**
 * `wait`: milliseconds until the next enqueue. It doubles after each failed preparation, so that a fault can pass before the
 * message is held.
 */
const swept: Readonly<Partial<Record<QueueName, Swept>>> = {
  accepted: { table: 'message', wait: '$3 * power(2, least(process_attempts, 6))' },
  // A process works on a delivery with a live lease.
  delivery: { table: 'delivery', where: 'AND (lease_until IS NULL OR lease_until <= $1)' },
  report: { table: 'report' },
};

const afterWait = ({ wait = '$3' }: Swept): string => `$1::timestamptz + ${wait} * interval '1 ms'`;

/** SKIP LOCKED: two sweepers at once get different rows. */
const dueSql = (queue: Swept): string => `
  UPDATE ${queue.table} SET next_action_at = ${afterWait(queue)}
  WHERE id = ANY (ARRAY(
    SELECT id FROM ${queue.table} WHERE next_action_at <= $1 ${queue.where ?? ''}
    ORDER BY next_action_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING id`;

/** Skips a row that a consumer has handled meanwhile, because its due time has changed. */
const stillDueSql = (queue: Swept): string => `
  UPDATE ${queue.table} SET next_action_at = $1 WHERE id = ANY ($2) AND next_action_at = ${afterWait(queue)}`;

export const sweeper = (database: Database): Sweeper => ({
  async due(name, now, limit) {
    const queue = swept[name];
    if (queue === undefined) return [];
    const { rows } = await database.pool.query<{ id: string }>(dueSql(queue), [now, limit, ENQUEUE_AGAIN_MS]);
    return rows.map((row) => row.id);
  },
  async stillDue(name, ids, now) {
    const queue = swept[name];
    if (queue === undefined) return;
    await database.pool.query(stillDueSql(queue), [now, ids, ENQUEUE_AGAIN_MS]);
  },
});
