/** Applies the gates to mail that no process works on. Triggers record which accounts and recipients to check. */
import { randomBytes } from 'node:crypto';
import { makeId } from '@waybill/relay/id';
import type { ClaimedDelivery, StoppedDelivery } from '@waybill/relay/ports';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';
import { eventsOfStopsSql, stopMoves } from './stop-deliveries.ts';

/** `recipientKey`: empty for all recipients of the account. */
export type GateCheck = { readonly accountId: string; readonly recipientKey: string; readonly askedAt: Date };

export type WaitingDelivery = Pick<
  ClaimedDelivery,
  | 'id'
  | 'accountId'
  | 'streamId'
  | 'recipient'
  | 'envelope'
  | 'credentialId'
  | 'headerFrom'
  | 'bypassSuppression'
  | 'status'
  | 'releasedAt'
  | 'expiresAt'
> & {
  /** Held by a setting, in any status. */
  readonly isHeld: boolean;
};

export type WaitingStop = Omit<StoppedDelivery, 'leaseId' | 'deliveryId'> & {
  readonly delivery: Pick<WaitingDelivery, 'id' | 'status'>;
};

export type WaitingMail = {
  /** The checks that were recorded before that time, oldest first. */
  checks(before: Date, limit: number): Promise<readonly GateCheck[]>;
  /** Ids of deliveries that wait for an attempt or are held by a setting. */
  idsOf(check: GateCheck): Promise<readonly string[]>;
  load(ids: readonly string[]): Promise<readonly WaitingDelivery[]>;
  /** Stops deliveries. Skips a delivery that a process has claimed or whose status changed meanwhile. */
  stop(stops: readonly WaitingStop[]): Promise<void>;
  /** Deletes the checks, except those that were recorded again meanwhile. */
  done(checks: readonly GateCheck[]): Promise<void>;
};

const checksSql = `
  SELECT account_id, recipient_key, asked_at
  FROM gate_check WHERE asked_at <= $1 ORDER BY asked_at LIMIT $2`;

// Excludes deliveries with a lease, because the holder may have sent the dot. The next claim finds that out.
const waitingWhere = `account_id = $1 AND next_action_at IS NOT NULL AND lease_until IS NULL AND status IN ('queued', 'deferred', 'unknown')`;

const accountSql = `
  SELECT id FROM delivery WHERE ${waitingWhere}
  UNION ALL
  SELECT id FROM delivery WHERE account_id = $1 AND held_for IN ('account_suspended', 'credential_revoked', 'sender_removed')`;

const recipientSql = `SELECT id FROM delivery WHERE ${waitingWhere} AND recipient_key = $2`;

const loadSql = `
  SELECT d.id, d.account_id, d.stream_id, recipient, envelope, credential_id, header_from, status, released_at, expires_at, held_for IS NOT NULL AS is_held,
    coalesce((options->>'bypassSuppression')::boolean, false) AS bypass_suppression
  FROM delivery d JOIN message m ON m.id = d.message_id
  WHERE d.id = ANY ($1::uuid[])`;

const stopSql = `
  WITH given AS MATERIALIZED (
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t(
      id uuid, status text, outcome text, reason text, held_for text, at timestamptz, event_id uuid)
  ), locked AS MATERIALIZED (
    SELECT delivery.id, $2::jsonb->given.outcome->>delivery.status AS next, given.outcome, given.reason, given.held_for, at, event_id
    FROM delivery JOIN given ON given.id = delivery.id
    WHERE delivery.id = ANY ($3::uuid[]) AND delivery.status = given.status AND lease_until IS NULL
      AND (next_action_at IS NOT NULL OR delivery.held_for IS NOT NULL)
    ORDER BY delivery.id FOR UPDATE OF delivery
  ), moved AS (
    UPDATE delivery SET status = next, reason = locked.reason, held_for = locked.held_for, next_action_at = NULL,
      status_changed_at = CASE WHEN next <> status THEN at ELSE status_changed_at END
    FROM locked WHERE delivery.id = locked.id AND delivery.id = ANY ($3::uuid[])
    RETURNING delivery.id, message_id, account_id, recipient, outcome, locked.reason AS reason, locked.held_for AS switch, at, event_id
  )
  ${eventsOfStopsSql}`;

const stopRow = ({ delivery, outcome, reason, heldFor, at }: WaitingStop) => ({
  ...delivery,
  outcome,
  reason,
  held_for: heldFor,
  at,
  event_id: makeId(at, randomBytes(10)),
});

const doneSql = `
  DELETE FROM gate_check USING unnest($1::uuid[], $2::text[], $3::timestamptz[]) AS done(account_id, recipient_key, asked_at)
  WHERE gate_check.account_id = done.account_id AND gate_check.recipient_key = done.recipient_key AND gate_check.asked_at = done.asked_at`;

export const waitingMail = ({ pool }: Pick<Database, 'pool'>): WaitingMail => ({
  checks: async (before, limit) =>
    (await pool.query(checksSql, [before, limit])).rows.map(fromRow<GateCheck>),
  async idsOf({ accountId, recipientKey }) {
    const { rows } =
      recipientKey === ''
        ? await pool.query<{ id: string }>(accountSql, [accountId])
        : await pool.query<{ id: string }>(recipientSql, [accountId, recipientKey]);
    return rows.map(({ id }) => id);
  },
  load: async (ids) => (await pool.query(loadSql, [ids])).rows.map(fromRow<WaitingDelivery>),
  async stop(stops) {
    if (stops.length === 0) return;
    const ids = stops.map(({ delivery }) => delivery.id);
    await pool.query(stopSql, [jsonText(stops.map(stopRow)), stopMoves, ids]);
  },
  async done(checks) {
    await pool.query(doneSql, [
      checks.map(({ accountId }) => accountId),
      checks.map(({ recipientKey }) => recipientKey),
      checks.map(({ askedAt }) => askedAt),
    ]);
  },
});
