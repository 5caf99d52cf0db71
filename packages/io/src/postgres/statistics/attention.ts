/** What goes wrong in an account now: counts from statistics, examples from the newest deliveries in trouble, and standing concerns. */
import { attentionKey, groupOf } from '@waybill/relay/attention/attention-key';
import type { Concern, CountedTroubles, TroubleExample } from '@waybill/relay/attention/attention-store';
import { type AttentionStatus, attentionStatuses } from '@waybill/relay/attention/closed-sets';
import { addressDomain } from '@waybill/relay/statistics/contribution';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { firstIdOf } from '../reading/message-filter.ts';
import { type Span, spanRows, spanValues } from './span-rows.ts';
import { OTHER_KEY } from './statistics-rows.ts';

/** Deliveries of each status among which examples are looked for. */
const SEEN_DELIVERIES = 100;
/** Messages and events that are counted one by one; more are not counted. */
const MOST_COUNTED = 1_000;
/** An event's id may be earlier than its message's, because clocks of hosts differ. */
const HOUR_MS = 3_600_000;

const groupsSql = `
  WITH sums AS (
    SELECT key, sum(accepted)::integer AS count, min(at) FILTER (WHERE accepted > 0) AS since
    FROM (${spanRows}) AS chosen GROUP BY key HAVING sum(accepted) > 0
  )
  (SELECT key, count, since FROM sums WHERE key <> '${OTHER_KEY}' ORDER BY count DESC, key LIMIT $4)
  UNION ALL
  SELECT NULL, sum(count)::integer, NULL FROM sums`;

/** Each part reads the newest rows of one status from the index `delivery_set_aside`. */
const newestSql = attentionStatuses
  .map(
    (status) => `(
    SELECT d.id, d.message_id, d.recipient, d.status FROM delivery d
    WHERE d.account_id = $1 AND d.status = '${status}' AND d.id >= $2 ORDER BY d.id DESC LIMIT ${SEEN_DELIVERIES})`,
  )
  .join(' UNION ALL ');

export const examplesSql = `
  SELECT d.id AS delivery_id, d.message_id, d.recipient, d.status, e.occurred_at, e.detail->>'reply' AS reply, e.detail->>'reason' AS reason,
    coalesce(e.detail->>'category', e.detail->>'held_for') AS category, coalesce(e.detail->>'enhanced_code', e.detail->>'code') AS code,
    (SELECT h.detail->>'mx_host' FROM event h
      WHERE h.message_id = d.message_id AND h.delivery_id = d.id AND h.id >= $3 AND h.detail ? 'mx_host' ORDER BY h.seq DESC LIMIT 1) AS mx_host
  FROM (${newestSql}) AS d JOIN LATERAL (
    SELECT occurred_at, detail FROM event one
    WHERE one.message_id = d.message_id AND one.delivery_id = d.id AND one.id >= $3 AND one.account_id = $1 AND one.type = d.status
    ORDER BY one.seq DESC LIMIT 1
  ) AS e ON true
  ORDER BY d.id DESC`;

/** Small tables, and rows that an index for the purpose finds. */
const concernsSql = `
  SELECT 'account_suspended' AS kind, id, suspended_reason AS name, NULL::timestamptz AS since, 1 AS count
  FROM account WHERE id = $1 AND status = 'suspended'
  UNION ALL
  SELECT 'domain_degraded', d.id, d.domain,
    (SELECT max(c.occurred_at) FROM domain_change c WHERE c.sender_domain_id = d.id AND c.to_status = 'degraded'), 1
  FROM sender_domain d WHERE d.account_id = $1 AND d.status = 'degraded'
  UNION ALL
  SELECT CASE status WHEN 'disabled' THEN 'webhook_disabled' ELSE 'webhook_failing' END, id, url, failing_since, 1
  FROM webhook WHERE account_id = $1 AND deleted_at IS NULL AND status <> 'paused' AND (status = 'disabled' OR failing_since IS NOT NULL)
  UNION ALL
  SELECT 'credential_locked', (last.detail->>'credential_id')::uuid, last.detail->>'username', last.occurred_at, 1
  FROM (
    SELECT DISTINCT ON (e.detail->>'credential_id') e.detail, e.occurred_at FROM event e
    WHERE e.account_id = $1 AND e.message_id IS NULL AND e.occurred_at >= $2::timestamptz - interval '1 day' AND e.type = 'credential.locked'
    ORDER BY e.detail->>'credential_id', e.occurred_at DESC
  ) AS last WHERE (last.detail->>'until')::timestamptz > $2
  UNION ALL
  SELECT 'messages_not_prepared', max(id::text)::uuid, NULL, min(accepted_at), count(*)::integer
  FROM (SELECT m.id, m.accepted_at FROM message m WHERE m.account_id = $1 AND m.state = 'held' ORDER BY m.id DESC LIMIT ${MOST_COUNTED}) AS held
  HAVING count(*) > 0`;

type GroupRow = {
  readonly key: string | undefined;
  readonly count: number;
  readonly since: Date | undefined;
};
type ExampleRow = Omit<TroubleExample, 'key'> & {
  readonly status: AttentionStatus;
  readonly category: string | undefined;
  readonly code: string | undefined;
  readonly mxHost: string | undefined;
};

const exampleOf = ({ status, category, code, mxHost, ...example }: ExampleRow): TroubleExample => ({
  ...example,
  key: attentionKey({ status, category, code, mxHost, domain: addressDomain(example.recipient) }),
});

export const attention = (database: Database) => ({
  /** The groups with the most deliveries first. */
  async groups(
    accountId: string,
    { limit, ...span }: Span & { readonly limit: number },
  ): Promise<CountedTroubles> {
    const values = spanValues(accountId, { ...span, dimension: 'attention', keys: limit });
    const rows = await readAs<GroupRow>(database, accountId, { text: groupsSql, values });
    const groups = rows.flatMap(({ key, count, since = span.from }) =>
      key === undefined ? [] : [{ ...groupOf(key), key, count, since }],
    );
    const all = rows.find(({ key }) => key === undefined)?.count ?? 0;
    return { groups, others: all - groups.reduce((sum, { count }) => sum + count, 0) };
  },

  /** Newest first, of mail that was accepted after a time. */
  async examples(accountId: string, since: Date): Promise<readonly TroubleExample[]> {
    const values = [accountId, firstIdOf(since), firstIdOf(new Date(since.getTime() - HOUR_MS))];
    return (await readAs<ExampleRow>(database, accountId, { text: examplesSql, values })).map(exampleOf);
  },

  concerns: (accountId: string, now: Date): Promise<readonly Concern[]> =>
    readAs<Concern>(database, accountId, { text: concernsSql, values: [accountId, now] }),
});
