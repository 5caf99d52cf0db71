import { inWeeks, type Week, type Weekly } from '../connection/weekly.ts';
import { isStillOpen } from './still-open.ts';

export type PutBack = { readonly deliveryId: string; readonly leaseId: string; readonly until: Date };

/**
 * Gives back a claim that made no connection. Its attempt is deleted and does not count in the retry schedule. Only for the holder
 * of the lease, and only before the dot.
 */
const putBackSql = {
  name: 'put-back',
  text: `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS g(id, lease_id, until)
  ), locked AS MATERIALIZED (
    SELECT delivery.id, attempts, until
    FROM @delivery JOIN given ON given.id = delivery.id
    WHERE delivery.lease_id = given.lease_id AND lease_until IS NOT NULL AND ${isStillOpen}
    ORDER BY delivery.id FOR UPDATE OF delivery
  ), gone AS (
    DELETE FROM @attempt USING locked
    WHERE attempt.id = waybill_derive_id(locked.id, 'att', locked.attempts) AND ended_at IS NULL AND dot_sent_at IS NULL
    RETURNING attempt.delivery_id
  )
  UPDATE @delivery SET attempts = locked.attempts - 1, lease_until = NULL, not_before = until, next_action_at = until
  FROM locked JOIN gone ON gone.delivery_id = locked.id
  WHERE delivery.id = locked.id`,
};

async function putBackWeek(
  weekly: Weekly,
  week: Week,
  all: readonly PutBack[],
): Promise<readonly undefined[]> {
  await weekly.run(putBackSql, week, [
    all.map(({ deliveryId }) => deliveryId),
    all.map(({ leaseId }) => leaseId),
    all.map(({ until }) => until),
  ]);
  return all.map(() => undefined);
}

export const putBacks = inWeeks(({ deliveryId }: PutBack) => deliveryId, putBackWeek);
