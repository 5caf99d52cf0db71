import { webhookDeliveryIdOf } from '@waybill/relay/id';
import type {
  ReplayRange,
  WebhookDeliveryRecord,
  WebhookDeliveryStore,
} from '@waybill/relay/management/webhook-records';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { type Page, readAs, transactAs } from '../connection/tenant.ts';
import { firstIdOf } from '../reading/message-filter.ts';
import { lineUp } from '../webhooks/line-up.ts';
import { lockWebhooks } from '../webhooks/write-ledger.ts';

const columns = `id, webhook_id, event_id, event_type, message_id, status, attempts, next_attempt_at, occurred_at, ended_at, body, history`;
const oneSql = `SELECT ${columns} FROM webhook_delivery WHERE account_id = $1 AND id = $2`;

const listSql = `
  SELECT ${columns} FROM webhook_delivery
  WHERE account_id = $1 AND webhook_id = $2 AND ($3::uuid IS NULL OR id < $3) AND ($4::text IS NULL OR status = $4)
    AND ($5::text IS NULL OR event_type = $5) AND ($6::uuid IS NULL OR id = $6) AND ($7::uuid IS NULL OR order_key = $7)
  ORDER BY id DESC LIMIT $8`;

/** Due since 1970: before everything else. */
const testSql = `
  INSERT INTO webhook_delivery (id, webhook_id, account_id, event_id, event_type, order_key, occurred_at, body, next_attempt_at)
  VALUES ($3, $2, $1, $4, $5, $4, $6, $7, 'epoch')`;

/** An open circuit does not keep what a person asked for. */
const wakeSql = `
  UPDATE webhook SET next_action_at = $3, resume_at = NULL WHERE account_id = $1 AND id = $2 AND status = 'active'`;

const requeued = `status = 'waiting', tries = 0, ended_at = NULL`;
const againSql = `
  UPDATE webhook_delivery SET ${requeued} WHERE account_id = $1 AND id = $2 RETURNING webhook_id, order_key`;

/** Slices keep the lock on the webhook short. */
const SLICE = 1_000;
const rangeSql = `
  UPDATE webhook_delivery SET ${requeued}
  WHERE id = ANY (ARRAY(
    SELECT id FROM webhook_delivery
    WHERE account_id = $1 AND webhook_id = $2 AND id > $3 AND id < $4 AND status = ANY ($5::text[])
      AND occurred_at >= $6 AND ($7::timestamptz IS NULL OR occurred_at < $7)
    ORDER BY id LIMIT ${SLICE}))
  RETURNING id, order_key`;

/** An earlier back-fill that still runs is made longer and begins anew. */
const backfillSql = `
  UPDATE webhook SET backfill_from = least(backfill_from, $3), backfill_tx = 0, backfill_seq = 0,
    backfill_until = CASE WHEN backfill_from IS NOT NULL AND backfill_until IS NULL THEN NULL
      ELSE nullif(greatest(backfill_until, coalesce($4::timestamptz, 'infinity')), 'infinity') END
  WHERE account_id = $1 AND id = $2`;

type DeliveriesQuery = Page & {
  readonly status?: WebhookDeliveryRecord['status'];
  readonly eventType?: string;
  readonly eventId?: string;
  readonly messageId?: string;
};

type Requeued = { readonly id: string; readonly order_key: string };
type Queue = { readonly accountId: string; readonly webhookId: string };

async function requeueSlice(
  client: pg.PoolClient,
  { accountId, webhookId }: Queue,
  { range, after }: { readonly range: ReplayRange; readonly after: string },
): Promise<readonly Requeued[]> {
  const { since, until, withDelivered, now } = range;
  await lockWebhooks(client, [webhookId]);
  const statuses = withDelivered ? ['failed', 'delivered'] : ['failed'];
  const end = firstIdOf(new Date((until ?? now).getTime() + HOUR_MS));
  const { rows } = await client.query<Requeued>(rangeSql, [
    accountId,
    webhookId,
    after,
    end,
    statuses,
    since,
    until,
  ]);
  const orderKeys = [...new Set(rows.map((row) => row.order_key))];
  await lineUp(client, { webhookIds: [webhookId], orderKeys }, now);
  return rows;
}

/** An id may be this much earlier or later than its event, because clocks of hosts differ. */
const HOUR_MS = 3_600_000;

async function replayRange(database: Database, queue: Queue, range: ReplayRange): Promise<number> {
  const { accountId, webhookId } = queue;
  let after = firstIdOf(new Date(range.since.getTime() - HOUR_MS));
  let count = 0;
  for (;;) {
    const rows = await transactAs(database, accountId, (client) =>
      requeueSlice(client, queue, { range, after }),
    );
    count += rows.length;
    after = rows.reduce((last, { id }) => (id > last ? id : last), after);
    if (rows.length < SLICE) break;
  }
  await transactAs(database, accountId, async (client) => {
    await client.query(backfillSql, [accountId, webhookId, range.since, range.until]);
    await client.query(wakeSql, [accountId, webhookId, range.now]);
  });
  return count;
}

export const webhookDeliveries = (database: Database) =>
  ({
    list: (accountId: string, webhookId: string, query: DeliveriesQuery) => {
      const { after, limit, status, eventType, eventId, messageId } = query;
      const id = eventId === undefined ? undefined : webhookDeliveryIdOf(webhookId, eventId);
      const values = [accountId, webhookId, after, status, eventType, id, messageId, limit];
      return readAs<WebhookDeliveryRecord>(database, accountId, { text: listSql, values });
    },

    async one(accountId, id) {
      const rows = await readAs<WebhookDeliveryRecord>(database, accountId, {
        text: oneSql,
        values: [accountId, id],
      });
      return rows[0];
    },

    addTest: (accountId, webhookId, { id, eventId, eventType, occurredAt, body }) =>
      transactAs(database, accountId, async (client) => {
        await lockWebhooks(client, [webhookId]);
        await client.query(testSql, [accountId, webhookId, id, eventId, eventType, occurredAt, body]);
        await client.query(wakeSql, [accountId, webhookId, occurredAt]);
      }),

    replayOne: (accountId, id, now) =>
      transactAs(database, accountId, async (client) => {
        const { rows: found } = await client.query<{ webhook_id: string }>(
          'SELECT webhook_id FROM webhook_delivery WHERE account_id = $1 AND id = $2',
          [accountId, id],
        );
        const webhookIds = found.map((row) => row.webhook_id);
        await lockWebhooks(client, webhookIds);
        const { rows } = await client.query<Requeued>(againSql, [accountId, id]);
        await lineUp(client, { webhookIds, orderKeys: rows.map((row) => row.order_key) }, now);
        for (const webhookId of webhookIds) await client.query(wakeSql, [accountId, webhookId, now]);
      }),

    replayRange: (accountId, webhookId, range) => replayRange(database, { accountId, webhookId }, range),
  }) as const satisfies WebhookDeliveryStore & { list: unknown };
