import type { QueueName, Sweeper } from '@waybill/relay/ports';
import type { Database } from './database.ts';

/** How long a ring is given before the next one: longer than a round of sweeping, so that several sweepers share the work. */
const RING_AGAIN_MS = 40_000;

/**
 * SKIP LOCKED: two sweepers at once get different rows. A delivery under a live lease is being worked on. A message
 * whose preparation failed before waits twice as long each time, so that what ails us has time to pass before it is held.
 */
const dueSql = (
  table: string,
  { where = '', wait = '$3' }: { where?: string; wait?: string } = {},
): string => `
  UPDATE ${table} SET next_action_at = $1::timestamptz + ${wait} * interval '1 ms'
  WHERE id = ANY (ARRAY(
    SELECT id FROM ${table} WHERE next_action_at <= $1 ${where} ORDER BY next_action_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING id`;

const statements: Readonly<Partial<Record<QueueName, string>>> = {
  accepted: dueSql('message', { wait: '$3 * power(2, least(process_attempts, 6))' }),
  delivery: dueSql('delivery', { where: 'AND (lease_until IS NULL OR lease_until <= $1)' }),
  report: dueSql('report'),
};

export const sweeper = (database: Database): Sweeper => ({
  async due(queue, now, limit) {
    const text = statements[queue];
    if (text === undefined) return [];
    const { rows } = await database.pool.query<{ id: string }>(text, [now, limit, RING_AGAIN_MS]);
    return rows.map((row) => row.id);
  },
});
