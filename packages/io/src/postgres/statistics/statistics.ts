/** Reading statistics. Every query reads rows of one account and one dimension, which lie together in the primary key. */

import type { Dimension } from '@waybill/relay/statistics/contribution';
import { type Counts, countNames } from '@waybill/relay/statistics/counts';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { days, isMidnight, type Span, slots, spanRows, spanValues } from './span-rows.ts';
import { countsIn, OTHER_KEY } from './statistics-rows.ts';

export const intervals = ['hour', 'day', 'week'] as const;
export type Interval = (typeof intervals)[number];

export type SeriesQuery = Span & {
  readonly dimension: Dimension;
  readonly interval: Interval;
  /** A name of the IANA time zone database. */
  readonly timezone: string;
  /** The keys with the most deliveries; all others are one row. */
  readonly keys: number;
};

export type TableQuery = Span & { readonly dimension: Dimension; readonly keys: number };

/** `key` undefined: all keys beyond the ones that were asked for. */
export type StatisticsRow = { readonly key: string | undefined; readonly counts: Counts };
export type SeriesRow = StatisticsRow & { readonly start: Date };
export type BalanceRow = {
  readonly day: string;
  /** Recipients of all messages that were accepted, also of those that are not prepared. */
  readonly recipients: number;
  readonly counts: Counts;
};

const sums = countNames.map((name) => `sum(${name})::integer AS ${name}`).join(', ');

/** SQL: what ranks a key. Links have clicks and no deliveries, categories have bounces. */
const WEIGHT =
  'sum(accepted + delivered + bounced + failed + deferred + clicks_human + clicks_proxy + clicks_bot)';

type Bucketed = { readonly dimension: Dimension; readonly rows: string; readonly bucket: string };

/** SQL: sums by bucket and key, where keys beyond the first $4 are one. The dimension `total` has one key, so there is nothing to rank. */
const summedSql = ({ dimension, rows, bucket }: Bucketed): string =>
  dimension === 'total'
    ? `SELECT ${bucket} AS start, '' AS key, ${sums} FROM (${rows}) AS chosen WHERE $4::integer > 0 GROUP BY 1 ORDER BY 1`
    : `
  WITH chosen AS MATERIALIZED (${rows}), ranked AS (
    SELECT key FROM chosen WHERE key <> '${OTHER_KEY}' GROUP BY key ORDER BY ${WEIGHT} DESC, key LIMIT $4
  )
  SELECT ${bucket} AS start, CASE WHEN key IN (SELECT key FROM ranked) THEN key END AS key, ${sums}
  FROM chosen GROUP BY 1, 2 ORDER BY 1, ${WEIGHT} DESC, 2`;

type Row = { readonly start: Date; readonly key: string | undefined };

const seriesRow = (row: Row): SeriesRow => ({ start: row.start, key: row.key, counts: countsIn(row) });

const isUtc = (timezone: string): boolean => ['UTC', 'Etc/UTC', 'Etc/GMT', 'GMT'].includes(timezone);

function seriesSql({ dimension, interval, timezone, from, to }: SeriesQuery): string {
  const hasDays = interval !== 'hour' && isUtc(timezone) && isMidnight(from) && isMidnight(to);
  return summedSql({ dimension, rows: hasDays ? days : slots, bucket: 'date_trunc($6, at, $7)' });
}

const balanceSql = `
  WITH used AS (
    SELECT (hour AT TIME ZONE 'UTC')::date AS day, sum(recipients)::integer AS recipients FROM usage_hour
    WHERE account_id = $1 AND hour >= $2::date AND hour < $3::date GROUP BY 1
  )
  SELECT to_char(coalesce(used.day, stat.day), 'YYYY-MM-DD') AS day, coalesce(recipients, 0) AS recipients,
    ${countNames.map((name) => `coalesce(${name}, 0) AS ${name}`).join(', ')}
  FROM used FULL JOIN (
    SELECT * FROM stat_day WHERE account_id = $1 AND dimension = 'total' AND day >= $2::date AND day < $3::date
  ) AS stat ON stat.day = used.day
  ORDER BY 1`;

export const statistics = (database: Database) => ({
  /** By interval, oldest first. Intervals without mail have no row. */
  async series(accountId: string, query: SeriesQuery): Promise<readonly SeriesRow[]> {
    const { dimension, from, to, keys, interval, timezone } = query;
    const values = [accountId, dimension, from, keys, to, interval, timezone];
    return (await readAs<Row>(database, accountId, { text: seriesSql(query), values })).map(seriesRow);
  },

  /** Over the whole span: the keys with the most deliveries first, all others in the last row. */
  async table(
    accountId: string,
    { dimension, from, to, keys }: TableQuery,
  ): Promise<readonly StatisticsRow[]> {
    const values = spanValues(accountId, { dimension, from, to, keys });
    const text = summedSql({ dimension, rows: spanRows, bucket: 'NULL::timestamptz' });
    const rows = (await readAs<Row>(database, accountId, { text, values })).map(seriesRow);
    return [...rows.filter(({ key }) => key !== undefined), ...rows.filter(({ key }) => key === undefined)];
  },

  /** Days of UTC, as `YYYY-MM-DD`; `to` is not included. */
  async balance(
    accountId: string,
    { from, to }: { readonly from: string; readonly to: string },
  ): Promise<readonly BalanceRow[]> {
    const query = { text: balanceSql, values: [accountId, from, to] };
    const rows = await readAs<Omit<BalanceRow, 'counts'>>(database, accountId, query);
    return rows.map((row) => ({ day: row.day, recipients: row.recipients, counts: countsIn(row) }));
  },
});
