/** What the sending of webhooks needs of the database. One process at a time has the lease of a webhook. */
import type { AccountEventType } from '@waybill/relay/events/event';
import type { WebhookAttempt } from '@waybill/relay/management/webhook-records';
import { type EndpointHealth, nextNoticeAt } from '@waybill/relay/webhooks/health';
import type { WebhookShape } from '@waybill/relay/webhooks/shapes';
import type pg from 'pg';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { inTransaction } from '../connection/in-transaction.ts';
import { fromRow, rowsText } from '../connection/rows.ts';
import { openText, secretContexts } from '../directory/secret-context.ts';
import { appendAccountEvents } from '../outbox/account-events.ts';
import { type Backfill, backfillSlice } from './backfill.ts';
import { lineUp } from './line-up.ts';
import { lockWebhooks } from './write-ledger.ts';

/** A webhook that this process sends to. */
export type LeasedWebhook = {
  readonly id: string;
  readonly accountId: string;
  readonly leaseId: string;
  readonly url: string;
  readonly events: readonly string[];
  readonly shape: WebhookShape;
  /** The newest first. */
  readonly secrets: readonly string[];
  readonly health: EndpointHealth;
  /** Events that are to be put into the ledger before anything is sent. */
  readonly backfill: Backfill | undefined;
};

export type DueDelivery = {
  readonly id: string;
  readonly eventId: string;
  readonly eventType: string;
  readonly orderKey: string;
  readonly occurredAt: Date;
  readonly body: string;
  readonly attempts: number;
  /** Attempts since it was queued last. */
  readonly tries: number;
};

/** An attempt that has ended. */
export type AttemptedDelivery = {
  readonly delivery: DueDelivery;
  readonly attempt: WebhookAttempt;
  readonly endedAt: Date;
  /** `undefined`: it is not attempted again. */
  readonly retryAt: Date | undefined;
};

export type EndpointState = {
  readonly health: EndpointHealth;
  /** Why the webhook is disabled from now on. */
  readonly disabledFor?: string;
  /** The notice that is given to the account. */
  readonly notice?: { readonly type: AccountEventType; readonly detail: Readonly<Record<string, unknown>> };
};

type Lease = { readonly leaseId: string; readonly now: Date; readonly until: Date };
type LeasedRow = Omit<LeasedWebhook, 'health' | 'secrets' | 'backfill' | 'leaseId'> &
  EndpointHealth & {
    readonly backfillFrom: Date | undefined;
    readonly backfillUntil: Date | undefined;
    readonly backfillTx: string;
    readonly backfillSeq: string;
  };

const claimSql = `
  UPDATE webhook w SET lease_id = $2, lease_until = $4, next_action_at = coalesce(w.next_action_at, $3)
  FROM account a
  WHERE w.id = $1 AND a.id = w.account_id AND a.deleted_at IS NULL AND w.deleted_at IS NULL AND w.status = 'active'
    AND (w.lease_until IS NULL OR w.lease_until <= $3)
  RETURNING w.id, w.account_id, w.url, w.events, w.shape, w.error_rate, w.opened, w.resume_at, w.failing_since, w.notices,
    w.backfill_from, w.backfill_until, w.backfill_tx, w.backfill_seq`;

const secretsSql = `
  SELECT id, secret_box AS box FROM webhook_secret
  WHERE webhook_id = $1 AND (expires_at IS NULL OR expires_at > $2) ORDER BY created_at DESC, id DESC`;

const takeSql = `
  SELECT id, event_id, event_type, order_key, occurred_at, body, attempts, tries FROM webhook_delivery
  WHERE webhook_id = $1 AND next_attempt_at <= $2 ORDER BY next_attempt_at, occurred_at, event_id LIMIT $3`;

/** Attempts that are stored of one delivery: those of one schedule and of a few replays. */
const STORED_ATTEMPTS = 30;

const saveSql = `
  UPDATE webhook_delivery d SET status = t.status, attempts = d.attempts + 1, tries = d.tries + 1,
    next_attempt_at = CASE WHEN t.status = 'waiting' THEN t.retry_at END, ended_at = t.ended_at,
    history = (CASE WHEN jsonb_array_length(d.history) >= ${STORED_ATTEMPTS} THEN d.history - 0 ELSE d.history END) || t.attempt
  FROM jsonb_to_recordset($1::jsonb) AS t(id uuid, status text, retry_at timestamptz, ended_at timestamptz, attempt jsonb)
  WHERE d.id = t.id AND d.id = ANY ($2::uuid[]) AND d.webhook_id = $3 AND d.status = 'waiting'`;

const stateSql = `
  UPDATE webhook SET error_rate = $2, opened = $3, resume_at = $4, failing_since = $5, notices = $6,
    last_success_at = greatest(last_success_at, $7::timestamptz), last_failure_at = greatest(last_failure_at, $8::timestamptz),
    requests = coalesce((SELECT jsonb_object_agg(key, value) FROM jsonb_each(requests) WHERE key > $12), '{}') ||
      jsonb_build_object($11::text, jsonb_build_array(coalesce((requests #>> ARRAY[$11, '0'])::int, 0) + $13::int,
        coalesce((requests #>> ARRAY[$11, '1'])::int, 0) + $14::int)),
    status = CASE WHEN $9::text IS NULL THEN status ELSE 'disabled' END, status_reason = coalesce($9, status_reason)
  WHERE id = $1 AND lease_id = $10 AND status = 'active'
  RETURNING status`;

/** The statement after the lock sees what other transactions added to the ledger before. */
const releaseSql = `
  UPDATE webhook w SET lease_id = NULL, lease_until = NULL, next_action_at = CASE WHEN status = 'active' THEN
    CASE WHEN backfill_from IS NOT NULL THEN $3::timestamptz
      ELSE least(
        (SELECT greatest(next_attempt_at, w.resume_at) FROM webhook_delivery
         WHERE webhook_id = $1 AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at LIMIT 1),
        $4::timestamptz) END END
  WHERE id = $1 AND lease_id = $2
  RETURNING next_action_at AS "nextAt"`;

const healthOf = ({ errorRate, opened, resumeAt, failingSince, notices }: LeasedRow): EndpointHealth => ({
  errorRate,
  opened,
  resumeAt,
  failingSince,
  notices,
});

const backfillOf = ({
  backfillFrom,
  backfillUntil,
  backfillTx,
  backfillSeq,
}: LeasedRow): Backfill | undefined =>
  backfillFrom === undefined
    ? undefined
    : { from: backfillFrom, until: backfillUntil, tx: backfillTx, seq: backfillSeq };

const statusOf = ({ attempt, retryAt }: AttemptedDelivery): 'waiting' | 'delivered' | 'failed' => {
  if (attempt.error === undefined) return 'delivered';
  return retryAt === undefined ? 'failed' : 'waiting';
};

const savedRow = (done: AttemptedDelivery) => {
  const status = statusOf(done);
  return {
    id: done.delivery.id,
    status,
    retryAt: done.retryAt,
    endedAt: status === 'waiting' ? undefined : done.endedAt,
    attempt: done.attempt,
  };
};

/** Days of UTC whose requests are counted, today included. */
const DAYS_COUNTED = 7;
const DAY_MS = 86_400_000;
const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** Today, the last day that is forgotten, and how many requests succeeded and failed. */
function countsOf(done: readonly AttemptedDelivery[], now: Date): readonly (string | number)[] {
  const succeeded = done.filter(({ attempt }) => attempt.error === undefined).length;
  const today = now.getTime();
  return [dayOf(today), dayOf(today - DAYS_COUNTED * DAY_MS), succeeded, done.length - succeeded];
}

const lastOf = (done: readonly AttemptedDelivery[], isDelivered: boolean): Date | undefined =>
  done.findLast(({ attempt }) => (attempt.error === undefined) === isDelivered)?.endedAt;

async function saveState(
  client: pg.PoolClient,
  { webhook, state, done }: Saved,
  now: Date,
): Promise<boolean> {
  const { health, disabledFor, notice } = state;
  const { rows } = await client.query<{ status: string }>(stateSql, [
    webhook.id,
    health.errorRate,
    health.opened,
    health.resumeAt,
    health.failingSince,
    health.notices,
    lastOf(done, true),
    lastOf(done, false),
    disabledFor,
    webhook.leaseId,
    ...countsOf(done, now),
  ]);
  const isOurs = rows[0] !== undefined;
  if (notice !== undefined && isOurs)
    await appendAccountEvents(client, [{ accountId: webhook.accountId, occurredAt: now, ...notice }]);
  return rows[0]?.status === 'active';
}

/** Attempts of one webhook that ended about the same time, and its state after them. */
export type Saved = {
  readonly webhook: LeasedWebhook;
  readonly done: readonly AttemptedDelivery[];
  readonly state: EndpointState;
};

async function save(client: pg.PoolClient, saved: Saved, now: Date): Promise<boolean> {
  const { webhook, done } = saved;
  await lockWebhooks(client, [webhook.id]);
  const rows = done.map(savedRow);
  await client.query(saveSql, [rowsText(rows), rows.map(({ id }) => id), webhook.id]);
  const orderKeys = done.map(({ delivery }) => delivery.orderKey);
  await lineUp(client, { webhookIds: [webhook.id], orderKeys: [...new Set(orderKeys)] }, now);
  return saveState(client, saved, now);
}

export type WebhookSending = ReturnType<typeof webhookSending>;

export function webhookSending(database: Database, box: SecretBox) {
  const { pool } = database;
  const loadSecrets = async (id: string, now: Date): Promise<readonly string[]> => {
    const { rows } = await pool.query<{ id: string; box: Buffer }>(secretsSql, [id, now]);
    return rows.flatMap((row) => openText(box, row.box, secretContexts.webhookSecret(row.id)) ?? []);
  };
  return {
    /** `undefined`: it is not active, or another process has its lease. */
    async claim(id: string, { leaseId, now, until }: Lease): Promise<LeasedWebhook | undefined> {
      const { rows } = await pool.query(claimSql, [id, leaseId, now, until]);
      const [row] = rows.map(fromRow<LeasedRow>);
      if (row === undefined) return undefined;
      const { accountId, url, events, shape } = row;
      const secrets = await loadSecrets(id, now);
      const fixed = { id, accountId, url, events, shape, leaseId, secrets };
      return { ...fixed, health: healthOf(row), backfill: backfillOf(row) };
    },

    /** Puts a slice of a back-fill into the ledger. `undefined`: it is complete. */
    backfill: (webhook: LeasedWebhook, now: Date): Promise<Backfill | undefined> =>
      inTransaction(database, (client) => backfillSlice(client, webhook, now)),

    /** Deliveries that are due, without those that wait for an earlier event of their message. */
    async take(id: string, { now, limit }: { readonly now: Date; readonly limit: number }) {
      const { rows } = await pool.query(takeSql, [id, now, limit]);
      return rows.map(fromRow<DueDelivery>);
    },

    /** Saves attempts and the state of the webhook. `false`: it is not active any more, or the lease is lost. */
    async save(saved: Saved, now: Date): Promise<boolean> {
      const isActive = await inTransaction(database, (client) => save(client, saved, now));
      if (saved.state.notice !== undefined) database.eventsWritten();
      return isActive;
    },

    /** Ends the lease. Returns when there is something to do next. */
    async release(webhook: LeasedWebhook, health: EndpointHealth, now: Date): Promise<Date | undefined> {
      return inTransaction(database, async (client) => {
        await lockWebhooks(client, [webhook.id]);
        const values = [webhook.id, webhook.leaseId, now, nextNoticeAt(health)];
        const { rows } = await client.query<{ nextAt: Date | null }>(releaseSql, values);
        return rows[0]?.nextAt ?? undefined;
      });
    },
  };
}
