import { stopOutcomes } from '@waybill/relay/delivery/outcome';
import type { StoppedDelivery } from '@waybill/relay/ports';
import { jsonText } from '../connection/json-text.ts';
import { inWeeks, type Week, type Weekly } from '../connection/weekly.ts';
import { eventIdOf } from '../mail-store/event-id.ts';
import { movesAfter } from '../mail-store/status-moves.ts';
import { isStillOpen } from './still-open.ts';

/** For each outcome of a stop, the next status of each status. */
export const stopMoves = jsonText(
  Object.fromEntries(stopOutcomes.map((outcome) => [outcome, movesAfter([outcome])])),
);

/** Inserts the events of the rows that the statement changed. */
export const eventsOfStopsSql = `
  INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
  SELECT event_id, account_id, message_id, id, outcome, at,
    jsonb_strip_nulls(jsonb_build_object('recipient', recipient, 'reason', reason, 'held_for', switch))
  FROM moved`;

/**
 * Ends claims that a gate stopped. No server was contacted, so the attempt is deleted and its number is free again; see
 * `put-back.ts`. The event is appended and moves the status. An `unknown` delivery that is held stays `unknown`, because the
 * server may have accepted it.
 */
const stopSql = {
  name: 'stop-deliveries',
  text: `
  WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(
      id uuid, lease_id uuid, outcome text, reason text, held_for text, at timestamptz, event_id uuid)
  ), locked AS MATERIALIZED (
    SELECT delivery.id, attempts, $2::jsonb->given.outcome->>delivery.status AS next, given.outcome, given.reason, given.held_for, at, event_id
    FROM @delivery JOIN given ON given.id = delivery.id
    WHERE delivery.id = ANY ($3::uuid[]) AND delivery.lease_id = given.lease_id AND lease_until IS NOT NULL AND ${isStillOpen}
    ORDER BY delivery.id FOR UPDATE OF delivery
  ), gone AS (
    DELETE FROM @attempt USING locked
    WHERE attempt.id = waybill_derive_id(locked.id, 'att', locked.attempts) AND ended_at IS NULL AND dot_sent_at IS NULL
    RETURNING attempt.delivery_id
  ), moved AS (
    UPDATE @delivery SET status = next, reason = locked.reason, held_for = locked.held_for, attempts = locked.attempts - 1,
      status_changed_at = CASE WHEN next <> status THEN at ELSE status_changed_at END, lease_until = NULL, next_action_at = NULL
    FROM locked JOIN gone ON gone.delivery_id = locked.id
    WHERE delivery.id = locked.id AND delivery.id = ANY ($3::uuid[])
    RETURNING delivery.id, message_id, account_id, recipient, outcome, locked.reason AS reason, locked.held_for AS switch, at, event_id
  )
  ${eventsOfStopsSql}
  ON CONFLICT (id) DO NOTHING`,
};

const rowOf = ({ deliveryId, leaseId, outcome, reason, heldFor, at }: StoppedDelivery) => ({
  id: deliveryId,
  lease_id: leaseId,
  outcome,
  reason,
  held_for: heldFor,
  at,
  event_id: eventIdOf(leaseId, outcome, at),
});

async function stopWeek(
  weekly: Weekly,
  week: Week,
  stopped: readonly StoppedDelivery[],
): Promise<readonly undefined[]> {
  const ids = stopped.map(({ deliveryId }) => deliveryId);
  await weekly.run(stopSql, week, [jsonText(stopped.map(rowOf)), stopMoves, ids]);
  return stopped.map(() => undefined);
}

export const stopDeliveries = inWeeks(({ deliveryId }: StoppedDelivery) => deliveryId, stopWeek);
