import type { HeldLease } from '@waybill/relay/ports';
import { byWeek, type Week, type Weekly } from './weekly.ts';

/**
 * One statement for all that a process holds. A lease that ran out while PostgreSQL was away, and that nobody took, is still
 * its holder's; one that was given back or replaced is not. Neither an index nor an fsync is touched, as with the claim:
 * a renewal that the server's last moments lost is noticed before the final dot.
 */
const renewSql = {
  name: 'renew-leases',
  text: `
  WITH wanted AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS w(id, lease_id)
  ), held AS MATERIALIZED (
    SELECT delivery.id
    FROM @delivery JOIN wanted ON wanted.id = delivery.id
    WHERE delivery.lease_id = wanted.lease_id AND lease_until IS NOT NULL AND next_action_at IS NOT NULL
    ORDER BY delivery.id FOR UPDATE OF delivery
  )
  UPDATE @delivery SET lease_until = greatest(lease_until, $3::timestamptz)
  FROM held
  WHERE delivery.id = held.id
  RETURNING lease_id, set_config('synchronous_commit', 'off', true)`,
};

async function renewWeek(
  { weekly, until }: { readonly weekly: Weekly; readonly until: Date },
  week: Week,
  leases: readonly HeldLease[],
): Promise<readonly (string | undefined)[]> {
  const { rows } = await weekly.run<{ lease_id: string }>(renewSql, week, [
    leases.map(({ deliveryId }) => deliveryId),
    leases.map(({ leaseId }) => leaseId),
    until,
  ]);
  const held = new Set(rows.map(({ lease_id }) => lease_id));
  return leases.map(({ leaseId }) => (held.has(leaseId) ? leaseId : undefined));
}

/** Those that still hold. */
export async function renewLeases(
  weekly: Weekly,
  leases: readonly HeldLease[],
  until: Date,
): Promise<readonly string[]> {
  const held = await byWeek(
    leases,
    ({ deliveryId }) => deliveryId,
    (week, ofWeek) => renewWeek({ weekly, until }, week, ofWeek),
  );
  return held.flatMap((leaseId) => leaseId ?? []);
}
