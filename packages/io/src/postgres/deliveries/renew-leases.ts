import type { HeldLease } from '@waybill/relay/ports';
import { inWeeks, type Weekly } from '../connection/weekly.ts';
import { isStillOpen } from './still-open.ts';

/**
 * Renews all leases of a process in one statement. A lease that expired while PostgreSQL was away is renewed if no other process
 * took it; a lease that was given back or replaced is not. The statement writes no index and waits for no fsync: a renewal that a
 * crash of the server loses is detected before the final dot.
 */
const renewSql = {
  name: 'renew-leases',
  text: `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS w(id, lease_id)
  ), held AS MATERIALIZED (
    SELECT delivery.id
    FROM @delivery JOIN wanted ON wanted.id = delivery.id
    WHERE delivery.lease_id = wanted.lease_id AND lease_until IS NOT NULL AND ${isStillOpen}
    ORDER BY delivery.id FOR UPDATE OF delivery
  )
  UPDATE @delivery SET lease_until = greatest(lease_until, $3::timestamptz)
  FROM held
  WHERE delivery.id = held.id
  RETURNING lease_id, set_config('synchronous_commit', 'off', true)`,
};

/** Returns the leases that are still valid. */
export async function renewLeases(
  weekly: Weekly,
  leases: readonly HeldLease[],
  until: Date,
): Promise<readonly string[]> {
  const renew = inWeeks(
    ({ deliveryId }: HeldLease) => deliveryId,
    async (_, week, ofWeek) => {
      const { rows } = await weekly.run<{ lease_id: string }>(renewSql, week, [
        ofWeek.map(({ deliveryId }) => deliveryId),
        ofWeek.map(({ leaseId }) => leaseId),
        until,
      ]);
      const held = new Set(rows.map(({ lease_id }) => lease_id));
      return ofWeek.map(({ leaseId }) => held.has(leaseId));
    },
  );
  const holds = await renew(weekly, leases);
  return leases.filter((_, index) => holds[index]).map(({ leaseId }) => leaseId);
}
