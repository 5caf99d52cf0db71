/** Resumes mail that a suspension held. It polls for active accounts with held mail, so that no change of an account is missed. */
import { randomBytes } from 'node:crypto';
import { makeId } from '@waybill/relay/id';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { movesAfter } from '../mail-store/status-moves.ts';
import { ENQUEUE_GRACE_MS } from '../upkeep/due-rows.ts';

/** Probes the index of held mail once for each account. Prepared, because it is asked for every two seconds and planning it takes longest. */
const accountsSql = `
  WITH RECURSIVE held AS (
    (SELECT account_id FROM delivery WHERE held_for = 'account_suspended' ORDER BY account_id LIMIT 1)
    UNION ALL
    SELECT (SELECT account_id FROM delivery WHERE held_for = 'account_suspended' AND account_id > held.account_id ORDER BY account_id LIMIT 1)
    FROM held WHERE account_id IS NOT NULL
  )
  SELECT account.id FROM held JOIN account ON account.id = held.account_id
  WHERE status = 'active' AND deleted_at IS NULL AND deletes_at IS NULL`;

const BECAUSE = 'the account is active again';

/**
 * Oldest first. The statement checks the account again, because it may be suspended again. The time on hold does not count as
 * lifetime. SKIP LOCKED: several workers resume different mail.
 */
const sliceSql = `
  WITH due AS (
    SELECT id FROM delivery WHERE account_id = $1 AND held_for = 'account_suspended' ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
  ), moved AS (
    UPDATE delivery SET status = $3::jsonb->>delivery.status, reason = $4, held_for = NULL, not_before = $5, next_action_at = $6,
      expires_at = CASE WHEN delivery.status = 'held' THEN expires_at + greatest($5 - status_changed_at, interval '0') ELSE expires_at END,
      status_changed_at = $5
    FROM due, account
    WHERE delivery.id = due.id AND delivery.account_id = $1 AND account.id = $1 AND account.status = 'active' AND account.deleted_at IS NULL
      AND account.deletes_at IS NULL
    RETURNING delivery.id, message_id, account_id, recipient
  ), numbered AS (SELECT *, row_number() OVER (ORDER BY id) AS place FROM moved), noted AS (
    INSERT INTO event (id, account_id, message_id, delivery_id, type, occurred_at, detail)
    SELECT ids.id, account_id, message_id, numbered.id, 'requeued', $5, jsonb_build_object('recipient', recipient, 'reason', $4::text)
    FROM numbered JOIN unnest($7::uuid[]) WITH ORDINALITY AS ids(id, place) USING (place)
  )
  SELECT id FROM moved ORDER BY id`;

const moves = jsonText(movesAfter(['requeued']));

export type HeldMail = {
  /** Active accounts with mail that a suspension holds. */
  resumable(): Promise<readonly string[]>;
  /** Makes the next deliveries of the account due at `at`. Returns the ids to enqueue. */
  resume(accountId: string, at: Date, limit: number): Promise<readonly string[]>;
};

export const heldMail = ({ pool }: Pick<Database, 'pool'>): HeldMail => ({
  async resumable() {
    const { rows } = await pool.query<{ id: string }>({ name: 'resumable', text: accountsSql });
    return rows.map(({ id }) => id);
  },
  async resume(accountId, at, limit) {
    const sweepAt = new Date(at.getTime() + ENQUEUE_GRACE_MS);
    const ids = Array.from({ length: limit }, () => makeId(at, randomBytes(10)));
    const values = [accountId, limit, moves, BECAUSE, at, sweepAt, ids];
    const { rows } = await pool.query<{ id: string }>(sliceSql, values);
    return rows.map(({ id }) => id);
  },
});
