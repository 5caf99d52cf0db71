/**
 * Counts ends of deliveries, and suspends an account whose mail bounces too often or is complained about. Counters, suspension, event and
 * audit entry are committed with the cursor of the reader. docs/adr/0040-limits-at-three-levels.md
 */
import { randomBytes } from 'node:crypto';
import { makeId, publicId, timeOfId } from '@waybill/relay/id';
import {
  isBounceOfSender,
  type Outcomes,
  type PauseRates,
  pauseReason,
} from '@waybill/relay/limits/pause-rule';
import type pg from 'pg';
import { fromRow, rowsText } from '../connection/rows.ts';
import { appendAuditEntry } from '../management/audit-log.ts';
import { appendAccountEvents } from './account-events.ts';
import type { ReadWork } from './reader.ts';
import type { StreamedEvent } from './streamed-event.ts';

type Account = PauseRates & { readonly id: string; readonly status: string; readonly countedFrom: Date };

const kinds = ['delivered', 'bounced', 'complained'] as const;
type Kind = (typeof kinds)[number];
type Counted = StreamedEvent & { readonly type: Kind; readonly messageId: string };

const isCounted = (event: StreamedEvent): event is Counted =>
  event.messageId !== undefined &&
  (event.type === 'delivered' ||
    event.type === 'complained' ||
    (event.type === 'bounced' && isBounceOfSender(event.detail.party)));

const accountsSql =
  'SELECT id, status, counted_from, max_bounce_rate, max_complaint_rate FROM account WHERE id = ANY ($1::uuid[])';

const sandboxSql = 'SELECT id FROM message WHERE id = ANY ($1::uuid[]) AND sandbox';

/** A recipient may complain about one delivery many times, and a report may follow a reply: the first event of its kind counts. */
const firstSql = `
  SELECT DISTINCT ON (delivery_id, type) id FROM event
  WHERE message_id = ANY ($1::uuid[]) AND type IN ('bounced', 'complained') ORDER BY delivery_id, type, tx, seq`;

const countSql = `
  INSERT INTO outcome_hour AS known (account_id, hour, delivered, bounced, complained)
  SELECT account_id, hour, delivered, bounced, complained
  FROM jsonb_to_recordset($1::jsonb) AS t(account_id uuid, hour timestamptz, delivered integer, bounced integer, complained integer)
  ORDER BY account_id, hour
  ON CONFLICT (account_id, hour) DO UPDATE SET delivered = known.delivered + excluded.delivered,
    bounced = known.bounced + excluded.bounced, complained = known.complained + excluded.complained`;

/** 23 whole hours and the one that runs. What is older than two days is not needed any more. */
const recentSql = `
  WITH old AS (DELETE FROM outcome_hour WHERE account_id = ANY ($1::uuid[]) AND hour < now() - interval '2 days')
  SELECT account_id, sum(delivered)::integer AS delivered, sum(bounced)::integer AS bounced, sum(complained)::integer AS complained
  FROM outcome_hour JOIN account ON account.id = account_id
  WHERE account_id = ANY ($1::uuid[]) AND hour >= date_trunc('hour', greatest(now() - interval '23 hours', counted_from))
  GROUP BY account_id`;

const suspendSql = `
  UPDATE account SET status = 'suspended', suspended_reason = $2
  WHERE id = $1 AND status = 'active' AND deleted_at IS NULL`;

const idsOf = async (
  client: pg.PoolClient,
  sql: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> =>
  new Set((await client.query<{ id: string }>(sql, [ids])).rows.map(({ id }) => id));

/** Mail of the sandbox says nothing about recipients, and mail from before a resumption was counted already. */
async function countable(
  client: pg.PoolClient,
  events: readonly Counted[],
  accounts: ReadonlyMap<string, Account>,
): Promise<readonly Counted[]> {
  const messageIds = [...new Set(events.map(({ messageId }) => messageId))];
  const bad = events.filter(({ type }) => type !== 'delivered').map(({ messageId }) => messageId);
  const inSandbox = await idsOf(client, sandboxSql, messageIds);
  const first = bad.length === 0 ? new Set<string>() : await idsOf(client, firstSql, bad);
  return events.filter(({ id, accountId, messageId, type }) => {
    const account = accounts.get(accountId);
    const isNew = account !== undefined && timeOfId(messageId) > account.countedFrom;
    return isNew && !inSandbox.has(messageId) && (type === 'delivered' || first.has(id));
  });
}

const hourOf = (at: Date): string => new Date(Math.floor(at.getTime() / 3_600_000) * 3_600_000).toISOString();

function countersOf(events: readonly Counted[]) {
  const groups = Map.groupBy(events, ({ accountId, occurredAt }) => `${accountId} ${hourOf(occurredAt)}`);
  return [...groups].map(([key, group]) => {
    const [accountId, hour] = key.split(' ');
    const count = (kind: Kind) => group.filter(({ type }) => type === kind).length;
    return {
      accountId,
      hour,
      delivered: count('delivered'),
      bounced: count('bounced'),
      complained: count('complained'),
    };
  });
}

async function suspend(client: pg.PoolClient, accountId: string, reason: string): Promise<void> {
  const { rowCount } = await client.query(suspendSql, [accountId, reason]);
  if (rowCount === 0) return;
  const occurredAt = new Date();
  await appendAccountEvents(client, [
    { accountId, type: 'account.suspended', occurredAt, detail: { reason, by: 'waybill' } },
  ]);
  await appendAuditEntry(client, {
    id: makeId(occurredAt, randomBytes(10)),
    accountId,
    actor: 'waybill',
    action: 'account.suspended',
    target: publicId('acc', accountId),
    detail: { reason },
    occurredAt,
  });
}

async function suspendOver(client: pg.PoolClient, accounts: readonly Account[]): Promise<void> {
  const { rows } = await client.query(recentSql, [accounts.map(({ id }) => id)]);
  const recent = rows.map(fromRow<Outcomes & { readonly accountId: string }>);
  for (const account of accounts) {
    const outcomes = recent.find(({ accountId }) => accountId === account.id);
    const reason = outcomes && account.status === 'active' ? pauseReason(outcomes, account) : undefined;
    if (reason !== undefined) await suspend(client, account.id, reason);
  }
}

/** The work of the reader. */
export const pauseAccounts: ReadWork = async (client, events) => {
  const candidates = events.filter(isCounted);
  if (candidates.length === 0) return;
  const ids = [...new Set(candidates.map(({ accountId }) => accountId))];
  const { rows } = await client.query(accountsSql, [ids]);
  const accounts = new Map(rows.map(fromRow<Account>).map((account) => [account.id, account]));
  const counted = await countable(client, candidates, accounts);
  if (counted.length === 0) return;
  await client.query(countSql, [rowsText(countersOf(counted))]);
  const suspects = new Set(
    counted.filter(({ type }) => type !== 'delivered').map(({ accountId }) => accountId),
  );
  await suspendOver(
    client,
    [...accounts.values()].filter(({ id }) => suspects.has(id)),
  );
};
