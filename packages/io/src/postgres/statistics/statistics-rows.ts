/** Adds counts to the rows of half hours and days. */

import { type Contribution, type Dimension, parseRowName } from '@waybill/relay/statistics/contribution';
import { addCounts, type Counts, countNames } from '@waybill/relay/statistics/counts';
import type pg from 'pg';
import { jsonText } from '../connection/json-text.ts';
import { fieldOf } from '../connection/rows.ts';

export type Difference = {
  readonly accountId: string;
  readonly acceptedAt: Date;
  readonly rows: Contribution;
};

const HALF_HOUR_MS = 1_800_000;
/** How many keys a dimension of an account has in a half hour or a day. Later ones are counted under `OTHER`. */
export const MAX_KEYS = 200;
/** A key of our own: no domain, tag, provider, id or link is a single `*`. */
export const OTHER_KEY = '*';

/** The counts of a row that `fromRow` made. */
export const countsIn = (row: object): Counts =>
  Object.fromEntries(countNames.map((name) => [name, (row as Record<string, number>)[fieldOf(name)] ?? 0]));

type Period = {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly of: (acceptedAt: Date) => string;
};

const periods: readonly Period[] = [
  {
    table: 'stat_slot',
    column: 'slot',
    type: 'timestamptz',
    of: (at) => new Date(Math.floor(at.getTime() / HALF_HOUR_MS) * HALF_HOUR_MS).toISOString(),
  },
  { table: 'stat_day', column: 'day', type: 'date', of: (at) => at.toISOString().slice(0, 10) },
];

type Row = {
  readonly account_id: string;
  readonly dimension: Dimension;
  readonly period: string;
  readonly key: string;
  readonly counts: Counts;
};

const names = countNames.join(', ');

/** Rows are locked in the order of their keys, although one reader writes them. */
const addSql = ({ table, column, type }: Period): string => `
  INSERT INTO ${table} AS row (account_id, dimension, ${column}, key, ${names})
  SELECT account_id, dimension, period, key, ${countNames.map((name) => `coalesce(${name}, 0)`).join(', ')}
  FROM jsonb_to_recordset($1::jsonb) AS t(account_id uuid, dimension text, period ${type}, key text,
    ${countNames.map((name) => `${name} integer`).join(', ')})
  ORDER BY 1, 2, 3, 4
  ON CONFLICT (account_id, dimension, ${column}, key) DO UPDATE
    SET ${countNames.map((name) => `${name} = row.${name} + excluded.${name}`).join(', ')}`;

/** Keys that there are, of the groups that may become full. */
const keysSql = ({ table, column, type }: Period): string => `
  SELECT stat.account_id, stat.dimension, t.period, array_agg(stat.key) AS keys
  FROM jsonb_to_recordset($1::jsonb) AS t(account_id uuid, dimension text, period text)
    JOIN ${table} stat ON stat.account_id = t.account_id AND stat.dimension = t.dimension AND stat.${column} = t.period::${type}
  GROUP BY 1, 2, 3`;

const groupName = ({ account_id, dimension, period }: Omit<Row, 'key' | 'counts'>): string =>
  `${account_id} ${dimension} ${period}`;

type Keys = Omit<Row, 'key' | 'counts'> & { readonly keys: readonly string[] };

/** The keys of these are few by nature. */
export const unboundedDimensions: ReadonlySet<Dimension> = new Set([
  'total',
  'provider',
  'source_address',
  'bounce_category',
  'latency',
]);

async function loadKeys(
  client: pg.PoolClient,
  period: Period,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, Set<string>>> {
  const groups = new Map(
    rows.filter(({ dimension }) => !unboundedDimensions.has(dimension)).map((row) => [groupName(row), row]),
  );
  if (groups.size === 0) return new Map();
  const asked = [...groups.values()].map(({ account_id, dimension, period: at }) => ({
    account_id,
    dimension,
    period: at,
  }));
  const { rows: found } = await client.query<Keys>(keysSql(period), [jsonText(asked)]);
  const known = new Map(found.map((group) => [groupName(group), new Set(group.keys)]));
  return new Map([...groups.keys()].map((name) => [name, known.get(name) ?? new Set<string>()]));
}

/**
 * A key is counted apart if it has a row, or if there is room for one. Rows never go, so a key that was once counted under `OTHER_KEY`
 * always is, and one that was counted apart always is: what is subtracted later comes off where it was added.
 */
function placedKey(row: Row, keys: ReadonlyMap<string, Set<string>>): string {
  const known = keys.get(groupName(row));
  if (known === undefined || known.has(row.key)) return row.key;
  if (known.size >= MAX_KEYS) return OTHER_KEY;
  known.add(row.key);
  return row.key;
}

function summed(rows: readonly Row[]): readonly Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const name = `${groupName(row)} ${row.key}`;
    sums.set(name, { ...row, counts: addCounts(sums.get(name)?.counts ?? {}, row.counts) });
  }
  return [...sums.values()].filter(({ counts }) => Object.keys(counts).length > 0);
}

const rowsOf = ({ of }: Period, differences: readonly Difference[]): readonly Row[] =>
  differences.flatMap(({ accountId, acceptedAt, rows }) =>
    [...rows].map(([name, counts]) => ({
      account_id: accountId,
      period: of(acceptedAt),
      ...parseRowName(name),
      counts,
    })),
  );

export async function addToRows(client: pg.PoolClient, differences: readonly Difference[]): Promise<void> {
  for (const period of periods) {
    const rows = rowsOf(period, differences);
    const keys = await loadKeys(client, period, rows);
    const placed = summed(rows.map((row) => ({ ...row, key: placedKey(row, keys) })));
    if (placed.length === 0) continue;
    await client.query(addSql(period), [
      jsonText(placed.map(({ counts, ...row }) => ({ ...row, ...counts }))),
    ]);
  }
}
