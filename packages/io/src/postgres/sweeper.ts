import type { QueueName, Sweeper } from '@waybill/relay/ports';
import type { Database } from './database.ts';

/** How long a ring is given before the next one: longer than a round of sweeping, so that several sweepers share the work. */
const RING_AGAIN_MS = 60_000;

/** SKIP LOCKED: two sweepers at once get different rows. A delivery under a live lease is being worked on. */
const dueSql = (table: string, more = ''): string => `
  UPDATE ${table} SET next_action_at = $3
  WHERE id = ANY (ARRAY(
    SELECT id FROM ${table} WHERE next_action_at <= $1 ${more} ORDER BY next_action_at LIMIT $2 FOR UPDATE SKIP LOCKED))
  RETURNING id`;

const statements: Readonly<Partial<Record<QueueName, string>>> = {
  accepted: dueSql('message'),
  delivery: dueSql('delivery', 'AND (lease_until IS NULL OR lease_until <= $1)'),
  report: dueSql('report'),
};

export const sweeper = (database: Database): Sweeper => ({
  async due(queue, now, limit) {
    const text = statements[queue];
    if (text === undefined) return [];
    const again = new Date(now.getTime() + RING_AGAIN_MS);
    const { rows } = await database.pool.query<{ id: string }>(text, [now, limit, again]);
    return rows.map((row) => row.id);
  },
});
