/**
 * Recounts the mail of some days and compares it with statistics. All of it in one snapshot: deliveries of which the reader of statistics has
 * not read every event yet are counted as they stood at its cursor, so that a reader that lags is no difference.
 */
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { type CountName, type Counts, endOf } from '@waybill/relay/statistics/counts';
import type { Days } from '@waybill/relay/statistics/span';
import type pg from 'pg';
import type { Database } from '../connection/database.ts';
import { jsonText } from '../connection/json-text.ts';
import { fromRow } from '../connection/rows.ts';
import type { Position } from '../outbox/position.ts';
import { firstIdOf } from '../reading/message-filter.ts';
import { STATISTICS_READER, totalsAt } from './roll-up.ts';
import { countsIn } from './statistics-rows.ts';

export type BalanceDifference = {
  readonly accountId: string;
  readonly day: string;
  /** `recipients` is what acceptance counted, all others are counts of statistics. */
  readonly name: string;
  readonly counted: number;
  readonly recounted: number;
};

export type BalanceReport = Days & { readonly differences: readonly BalanceDifference[] };

const STATEMENT_MS = 300_000;
const HOUR_MS = 3_600_000;
/** With more unread deliveries than this the reader has to catch up first. */
const MOST_UNREAD = 20_000;

const dayOf = (time: string): string => `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD')`;

const inDays = `m.accepted_at >= $1::date::timestamp AT TIME ZONE 'UTC' AND m.accepted_at < $2::date::timestamp AT TIME ZONE 'UTC'
  AND m.id >= $3 AND m.id < $4`;

const recipientsSql = `
  SELECT m.account_id, ${dayOf('m.accepted_at')} AS day, sum(jsonb_array_length(m.envelope->'rcptTo'))::integer AS count
  FROM message m WHERE ${inDays} GROUP BY 1, 2`;

const usedSql = `
  SELECT account_id, ${dayOf('hour')} AS day, sum(recipients)::integer AS count FROM usage_hour
  WHERE hour >= $1::date::timestamp AT TIME ZONE 'UTC' AND hour < $2::date::timestamp AT TIME ZONE 'UTC' GROUP BY 1, 2`;

const statusesSql = `
  SELECT d.account_id, ${dayOf('m.accepted_at')} AS day, d.status, count(*)::integer AS count
  FROM delivery d JOIN message m ON m.id = d.message_id
  WHERE ${inDays} AND d.id >= $3 AND d.id < $4 GROUP BY 1, 2, 3`;

const countedSql = `
  SELECT account_id, to_char(day, 'YYYY-MM-DD') AS day, accepted, in_progress, delivered, bounced, failed, suppressed, cancelled, unknown, complained
  FROM stat_day WHERE dimension = 'total' AND day >= $1::date AND day < $2::date`;

const unreadSql = `
  SELECT DISTINCT e.delivery_id AS id, d.status, ${dayOf('m.accepted_at')} AS day, d.account_id, d.message_id
  FROM event_reader r CROSS JOIN event e JOIN delivery d ON d.id = e.delivery_id JOIN message m ON m.id = d.message_id
  WHERE r.name = $1 AND (e.tx, e.seq) > (r.tx, r.seq) LIMIT ${MOST_UNREAD + 1}`;

type Group = { readonly accountId: string; readonly day: string };
type GroupCount = Group & { readonly count: number };
type Unread = Group & { readonly id: string; readonly messageId: string; readonly status: DeliveryStatus };

const compared = [
  'accepted',
  'in_progress',
  'delivered',
  'bounced',
  'failed',
  'suppressed',
  'cancelled',
  'unknown',
  'complained',
] as const satisfies readonly CountName[];

type Entry = Group & { readonly name: string; readonly count: number };

/** Sums by account, day and name. */
function summed(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const sums = new Map<string, Entry>();
  for (const entry of entries) {
    const key = `${entry.accountId} ${entry.day} ${entry.name}`;
    sums.set(key, { ...entry, count: entry.count + (sums.get(key)?.count ?? 0) });
  }
  return sums;
}

const entriesOf = (group: Group, counts: Counts, times: number): readonly Entry[] =>
  compared.map((name) => ({
    accountId: group.accountId,
    day: group.day,
    name,
    count: times * (counts[name] ?? 0),
  }));

/** What a delivery of this status counts. */
const countsOf = (status: DeliveryStatus): Counts => ({
  accepted: 1,
  [endOf[status]]: 1,
  ...(status === 'complained' ? { complained: 1 } : {}),
});

function differencesOf(counted: readonly Entry[], recounted: readonly Entry[]): readonly BalanceDifference[] {
  const left = summed(counted);
  const right = summed(recounted);
  return [...new Set([...left.keys(), ...right.keys()])].toSorted().flatMap((key) => {
    const one = left.get(key) ?? right.get(key);
    const [counts, recounts] = [left.get(key)?.count ?? 0, right.get(key)?.count ?? 0];
    if (one === undefined || counts === recounts) return [];
    const { accountId, day, name } = one;
    return [{ accountId, day, name, counted: counts, recounted: recounts }];
  });
}

async function load<Row extends object>(
  client: pg.PoolClient,
  sql: string,
  values: readonly unknown[],
): Promise<readonly Row[]> {
  return (await client.query(sql, [...values])).rows.map(fromRow<Row>);
}

/** Corrections of deliveries with events that the reader has not read: as they are, to as they were at its cursor. */
async function corrections(client: pg.PoolClient, unread: readonly Unread[]): Promise<readonly Entry[]> {
  const [cursor] = await load<Position>(client, 'SELECT tx, seq FROM event_reader WHERE name = $1', [
    STATISTICS_READER,
  ]);
  if (cursor === undefined) return [];
  const touched = {
    deliveryIds: unread.map(({ id }) => id),
    messageIds: unread.map(({ messageId }) => messageId),
  };
  const totals = await totalsAt(client, touched, cursor);
  return unread.flatMap((delivery) => [
    ...entriesOf(delivery, countsOf(delivery.status), -1),
    ...entriesOf(delivery, totals.get(delivery.id) ?? {}, 1),
  ]);
}

async function recountIn(client: pg.PoolClient, days: Days): Promise<BalanceReport | undefined> {
  const bounds = [days.from, days.to].map((day, index) =>
    firstIdOf(new Date(Date.parse(day) + (index === 0 ? -HOUR_MS : HOUR_MS))),
  );
  const between = [days.from, days.to];
  const values = [...between, ...bounds];
  const unread = await load<Unread>(client, unreadSql, [STATISTICS_READER]);
  if (unread.length > MOST_UNREAD) return undefined;
  const used = await load<GroupCount>(client, usedSql, between);
  const recipients = await load<GroupCount>(client, recipientsSql, values);
  const rows = await load<Group>(client, countedSql, between);
  const statuses = await load<GroupCount & { status: DeliveryStatus }>(client, statusesSql, values);
  const recent = unread.filter(({ day }) => day >= days.from && day < days.to);
  const named = (group: GroupCount): Entry => ({ ...group, name: 'recipients' });
  return {
    ...days,
    differences: differencesOf(
      [...used.map(named), ...rows.flatMap((row) => entriesOf(row, countsIn(row), 1))],
      [
        ...recipients.map(named),
        ...statuses.flatMap(({ status, count, ...group }) => entriesOf(group, countsOf(status), count)),
        ...(await corrections(client, recent)),
      ],
    ),
  };
}

const saveSql = `
  INSERT INTO balance_check (id, checked_at, first_day, last_day, differences) VALUES (1, now(), $1, $2::date - 1, $3::jsonb)
  ON CONFLICT (id) DO UPDATE SET checked_at = excluded.checked_at, first_day = excluded.first_day,
    last_day = excluded.last_day, differences = excluded.differences`;

export type LastCheck = { readonly checkedAt: Date; readonly differences: readonly BalanceDifference[] };

export const balanceChecks = ({ pool }: Pick<Database, 'pool'>) => ({
  /** `undefined`: the reader of statistics is far behind, so that there is nothing to compare yet. */
  async recount(days: Days): Promise<BalanceReport | undefined> {
    const client = await pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await client.query(`SET LOCAL statement_timeout = ${STATEMENT_MS}`);
      return await recountIn(client, days);
    } finally {
      // A failed ROLLBACK must not hide the first error.
      await client.query('ROLLBACK').catch(() => undefined);
      client.release();
    }
  },

  async save({ from, to, differences }: BalanceReport): Promise<void> {
    await pool.query(saveSql, [from, to, jsonText(differences)]);
  },

  async last(): Promise<LastCheck | undefined> {
    const { rows } = await pool.query('SELECT checked_at, differences FROM balance_check');
    return rows.map(fromRow<LastCheck>)[0];
  },
});
