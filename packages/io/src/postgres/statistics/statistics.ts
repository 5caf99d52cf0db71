/** Reading statistics. Every query reads rows of one account and one dimension, which lie together in the primary key. */

import type { Dimension } from '@waybill/relay/statistics/contribution';
import { type Counts, countNames } from '@waybill/relay/statistics/counts';
import type { Database } from '../connection/database.ts';
import { readAs } from '../connection/tenant.ts';
import { localDays } from './local-days.ts';
import { type Span, slots, spanRows, spanValues, wholeDays } from './span-rows.ts';
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

const sums = countNames.map((name) => `sum(sign * ${name})::integer AS ${name}`).join(', ');
const names = countNames.join(', ');

/** SQL: what ranks a key. Links have clicks and no deliveries, categories have bounces. */
const WEIGHT =
  'sum(sign * (accepted + delivered + bounced + failed + deferred + clicks_human + clicks_proxy + clicks_bot))';

/** SQL. `tables`: more parts of the WITH clause; `rows`: rows with a start, a sign, a key and counts. */
type Chosen = { readonly dimension: Dimension; readonly tables?: string; readonly rows: string };

/** SQL: sums by start and key, where keys beyond the first $4 are one. The dimension `total` has one key, so there is nothing to rank. */
function summedSql({ dimension, tables, rows }: Chosen): string {
  const before = tables === undefined ? '' : `${tables},`;
  if (dimension === 'total')
    return `
  WITH ${before} chosen AS (${rows})
  SELECT start, '' AS key, ${sums} FROM chosen WHERE $4::integer > 0 GROUP BY 1 ORDER BY 1`;
  return `
  WITH ${before} chosen AS MATERIALIZED (${rows}), ranked AS (
    SELECT key FROM chosen WHERE key <> '${OTHER_KEY}' GROUP BY key ORDER BY ${WEIGHT} DESC, key LIMIT $4
  )
  SELECT start, CASE WHEN key IN (SELECT key FROM ranked) THEN key END AS key, ${sums}
  FROM chosen GROUP BY 1, 2 ORDER BY 1, ${WEIGHT} DESC, 2`;
}

/** SQL: `rows` have a time `at`. */
const startedBy = (start: string, rows: string): string =>
  `SELECT ${start} AS start, 1 AS sign, key, ${names} FROM (${rows}) AS timed`;

type Row = { readonly start: Date; readonly key: string | undefined };

const seriesRow = (row: Row): SeriesRow => ({ start: row.start, key: row.key, counts: countsIn(row) });

/** Hours, and spans without a whole day of UTC, are read by the half hour. */
const bySlotSql = (dimension: Dimension): string =>
  summedSql({ dimension, rows: startedBy('date_trunc($6, at, $7)', slots) });

function byDaySql(dimension: Dimension): string {
  const { tables, rows } = localDays(dimension);
  const started = `SELECT local AT TIME ZONE $7 AS start, sign, key, ${names} FROM (${rows}) AS part`;
  return summedSql({ dimension, tables, rows: started });
}

const isEmpty = (counts: Counts): boolean => countNames.every((name) => !counts[name]);

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
    const inner = interval === 'hour' ? undefined : wholeDays({ from, to });
    const asked = inner
      ? {
          name: `days-${dimension}`,
          text: byDaySql(dimension),
          values: [...values, inner.from, inner.to],
        }
      : { name: `half-hours-${dimension}`, text: bySlotSql(dimension), values };
    const rows = (await readAs<Row>(database, accountId, asked)).map(seriesRow);
    // What an edge took away from an interval may have been all that was in it.
    return rows.filter(({ counts }) => !isEmpty(counts));
  },

  /** Over the whole span: the keys with the most deliveries first, all others in the last row. */
  async table(
    accountId: string,
    { dimension, from, to, keys }: TableQuery,
  ): Promise<readonly StatisticsRow[]> {
    const values = spanValues(accountId, { dimension, from, to, keys });
    const text = summedSql({ dimension, rows: startedBy('NULL::timestamptz', spanRows) });
    const rows = (await readAs<Row>(database, accountId, { name: `table-${dimension}`, text, values })).map(
      seriesRow,
    );
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
