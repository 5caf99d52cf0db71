import type {
  NewWebhook,
  NewWebhookSecret,
  WebhookRecord,
  WebhookSettings,
  WebhookStore,
} from '@waybill/relay/management/webhook-records';
import type pg from 'pg';
import type { SecretBox } from '../../secrets/secret-box.ts';
import type { Database } from '../connection/database.ts';
import { fromRow } from '../connection/rows.ts';
import { beyondCursor, cursorOf, readAs, type TwoWayPage, transactAs } from '../connection/tenant.ts';
import { sealText, secretContexts } from '../directory/secret-context.ts';

/** Requests of today and of the six days before count. */
const lastForgotten = `to_char((now() AT TIME ZONE 'UTC')::date - 7, 'YYYY-MM-DD')`;

const columns = `w.id, w.account_id, w.url, w.description, w.events, w.shape, w.status, w.status_reason, w.created_at, w.failing_since,
  w.last_success_at, w.last_failure_at,
  (SELECT max(expires_at) FROM webhook_secret s WHERE s.webhook_id = w.id AND s.expires_at > now()) AS previous_secret_expires_at,
  (SELECT coalesce(sum((value ->> 0)::int), 0)::int FROM jsonb_each(w.requests) WHERE key > ${lastForgotten}) AS recent_succeeded,
  (SELECT coalesce(sum((value ->> 1)::int), 0)::int FROM jsonb_each(w.requests) WHERE key > ${lastForgotten}) AS recent_failed,
  (SELECT min(d.next_attempt_at) FROM webhook_delivery d WHERE d.webhook_id = w.id AND d.next_attempt_at <= now()) AS oldest_due_at`;

const live = 'w.account_id = $1 AND w.deleted_at IS NULL';
const oneSql = `SELECT ${columns} FROM webhook w WHERE ${live} AND w.id = $2`;
const listSql = (page: TwoWayPage): string =>
  `SELECT ${columns} FROM webhook w WHERE ${live} AND ${beyondCursor(page, 'w.id')} LIMIT $3`;

/** Two requests at once must not both make the last one that is allowed. */
const turnSql = `SELECT pg_advisory_xact_lock(hashtext('waybill_webhooks'), hashtext($1::text))`;

const createSql = `
  INSERT INTO webhook (id, account_id, url, description, events, shape, created_at, backfill_from, next_action_at)
  SELECT $2::uuid, $1::uuid, $3::text, $4::text, $5::text[], $6::text, $7::timestamptz, $8::timestamptz, CASE WHEN $8::timestamptz IS NOT NULL THEN $7::timestamptz END
  WHERE (SELECT count(*) FROM webhook w WHERE ${live}) < $9`;

const secretSql =
  'INSERT INTO webhook_secret (id, webhook_id, secret_box, created_at) VALUES ($1, $2, $3, $4)';

/** An absent setting stays as it is. */
const changeSql = `
  UPDATE webhook w SET url = coalesce($3, w.url), description = coalesce($4, w.description), events = coalesce($5::text[], w.events),
    shape = coalesce($6, w.shape)
  WHERE ${live} AND w.id = $2`;

const pauseSql = `UPDATE webhook w SET status = 'paused', next_action_at = NULL WHERE ${live} AND w.id = $2 AND w.status = 'active'`;

const resumeSql = `
  UPDATE webhook w SET status = 'active', status_reason = NULL, next_action_at = $3, error_rate = 0, opened = 0, resume_at = NULL,
    failing_since = NULL, notices = 0
  WHERE ${live} AND w.id = $2`;

/** Secrets that would end later end with the grace period, and those that have ended go. */
const endSecretsSql = `
  WITH ended AS (DELETE FROM webhook_secret WHERE webhook_id = $1 AND expires_at <= now())
  UPDATE webhook_secret SET expires_at = $2 WHERE webhook_id = $1 AND (expires_at IS NULL OR expires_at > $2)`;

const removeSql = `UPDATE webhook w SET deleted_at = $3, next_action_at = NULL WHERE ${live} AND w.id = $2`;
const removeSecretsSql = 'DELETE FROM webhook_secret WHERE webhook_id = $1';
const giveUpSql = `
  UPDATE webhook_delivery SET status = 'failed', next_attempt_at = NULL, ended_at = $3
  WHERE account_id = $1 AND webhook_id = $2 AND status = 'waiting'`;

async function loadOne(
  client: pg.ClientBase,
  accountId: string,
  id: string,
): Promise<WebhookRecord | undefined> {
  const { rows } = await client.query(oneSql, [accountId, id]);
  return rows.map(fromRow<WebhookRecord>)[0];
}

const settingValues = ({ url, description, events, shape }: WebhookSettings): readonly unknown[] => [
  url,
  description,
  events,
  shape,
];

async function create(
  client: pg.ClientBase,
  accountId: string,
  { webhook, most }: { readonly webhook: NewWebhook; readonly most: number },
): Promise<WebhookRecord | undefined> {
  const { id, createdAt, backfillSince } = webhook;
  await client.query(turnSql, [accountId]);
  const values = [accountId, id, ...settingValues(webhook), createdAt, backfillSince, most];
  const { rowCount } = await client.query(createSql, values);
  return rowCount === 0 ? undefined : loadOne(client, accountId, id);
}

export function webhooks(database: Database, box: SecretBox) {
  const addSecret = async (client: pg.ClientBase, webhookId: string, secret: NewWebhookSecret) => {
    const sealed = sealText(box, secret.text, secretContexts.webhookSecret(secret.id));
    await client.query(secretSql, [secret.id, webhookId, sealed, secret.createdAt]);
  };
  const changed = (
    accountId: string,
    id: string,
    query: { readonly text: string; readonly values?: readonly unknown[] },
  ) =>
    transactAs(database, accountId, async (client) => {
      await client.query(query.text, [accountId, id, ...(query.values ?? [])]);
      return loadOne(client, accountId, id);
    });
  return {
    list: (accountId: string, page: TwoWayPage): Promise<readonly WebhookRecord[]> =>
      readAs(database, accountId, {
        text: listSql(page),
        values: [accountId, cursorOf(page), page.limit],
      }),

    one: async (accountId, id) => {
      const rows = await readAs<WebhookRecord>(database, accountId, {
        text: oneSql,
        values: [accountId, id],
      });
      return rows[0];
    },

    create: (accountId, webhook, most) =>
      transactAs(database, accountId, async (client) => {
        const row = await create(client, accountId, { webhook, most });
        if (row !== undefined) await addSecret(client, row.id, webhook.secret);
        return row;
      }),

    change: (accountId, id, settings) =>
      changed(accountId, id, { text: changeSql, values: settingValues(settings) }),

    pause: (accountId, id) => changed(accountId, id, { text: pauseSql }),

    resume: (accountId, id, now) => changed(accountId, id, { text: resumeSql, values: [now] }),

    rotate: (accountId, id, { secret, graceUntil }) =>
      transactAs(database, accountId, async (client) => {
        if ((await loadOne(client, accountId, id)) === undefined) return undefined;
        await client.query(endSecretsSql, [id, graceUntil]);
        await addSecret(client, id, secret);
        return loadOne(client, accountId, id);
      }),

    remove: (accountId, id, now) =>
      transactAs(database, accountId, async (client) => {
        const { rowCount } = await client.query(removeSql, [accountId, id, now]);
        if (rowCount === 0) return false;
        await client.query(removeSecretsSql, [id]);
        await client.query(giveUpSql, [accountId, id, now]);
        return true;
      }),
  } as const satisfies WebhookStore & { list: unknown };
}
