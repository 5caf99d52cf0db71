import type { HeldLease } from '@waybill/relay/ports';
import type pg from 'pg';

/**
 * One statement for all that a process holds. A lease that ran out while PostgreSQL was away, and that nobody took, is still
 * its holder's; one that was given back or replaced is not. Neither an index nor an fsync is touched, as with the claim:
 * a renewal that the server's last moments lost is noticed before the final dot.
 */
const renewSql = `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS w(id, lease_id)
  ), held AS MATERIALIZED (
    SELECT delivery.id
    FROM delivery JOIN wanted ON wanted.id = delivery.id
    WHERE delivery.id = ANY ($1::uuid[]) AND delivery.lease_id = wanted.lease_id AND lease_until IS NOT NULL AND next_action_at IS NOT NULL
    ORDER BY delivery.id FOR UPDATE OF delivery
  )
  UPDATE delivery SET lease_until = greatest(lease_until, $3::timestamptz)
  FROM held
  WHERE delivery.id = held.id AND delivery.id = ANY ($1::uuid[])
  RETURNING lease_id, set_config('synchronous_commit', 'off', true)`;

export async function renewLeases(
  pool: pg.Pool,
  leases: readonly HeldLease[],
  until: Date,
): Promise<readonly string[]> {
  if (leases.length === 0) return [];
  const { rows } = await pool.query<{ lease_id: string }>({
    name: 'renew-leases',
    text: renewSql,
    values: [leases.map(({ deliveryId }) => deliveryId), leases.map(({ leaseId }) => leaseId), until],
  });
  return rows.map(({ lease_id }) => lease_id);
}
