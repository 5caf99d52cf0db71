/**
 * SQL: rows of days and weeks of any time zone, from the rows of days of UTC. A day of UTC counts where its noon lies. Its half hours that
 * lie in another local day (an edge) are subtracted there and added where they lie. So a year reads its days and a few half hours of each,
 * in place of all half hours. docs/adr/0035-statistics-are-differences.md
 *
 * `$1` account, `$2` dimension, `$3` and `$5` from and to, `$6` interval, `$7` time zone, `$8` and `$9` the whole days of UTC between.
 */
import type { Dimension } from '@waybill/relay/statistics/contribution';
import { countNames } from '@waybill/relay/statistics/counts';
import { MAX_KEYS, unboundedDimensions } from './statistics-rows.ts';

const names = countNames.join(', ');

const bucket = (local: string): string => `date_trunc($6, ${local})`;

/** Local times at the beginning of a day of UTC, at its noon and of its last half hour. Hours, because a day is not always 24 of them. */
const daysSql = `
  utc_day AS MATERIALIZED (
    SELECT at, at AT TIME ZONE $7 AS first, (at + interval '12 hours') AT TIME ZONE $7 AS noon,
      (at + interval '23 hours 30 minutes') AT TIME ZONE $7 AS last
    FROM generate_series($8::timestamptz, $9::timestamptz - interval '24 hours', interval '24 hours') AS at
  )`;

/** Where the clocks do not change, midnight is a subtraction. Where they change, each half hour is looked at: twice a year. */
const edgesSql = `
  steady AS (SELECT * FROM utc_day WHERE last - first = interval '23 hours 30 minutes'),
  edge AS MATERIALIZED (
    SELECT at, ${bucket('noon')} AS counted, ${bucket('first')} AS local, at AS begins, at + (date_trunc('day', noon) - first) AS ends
    FROM steady WHERE ${bucket('first')} <> ${bucket('noon')}
    UNION ALL
    SELECT at, ${bucket('noon')}, ${bucket('last')}, at + (date_trunc('day', noon) + interval '24 hours' - first), at + interval '24 hours'
    FROM steady WHERE ${bucket('last')} <> ${bucket('noon')}
    UNION ALL
    SELECT at, ${bucket('noon')}, ${bucket('slot AT TIME ZONE $7')}, min(slot), max(slot) + interval '30 minutes'
    FROM utc_day, generate_series(at, at + interval '23 hours 30 minutes', interval '30 minutes') AS slot
    WHERE last - first <> interval '23 hours 30 minutes' AND ${bucket('slot AT TIME ZONE $7')} <> ${bucket('noon')} GROUP BY 1, 2, 3
  )`;

/** A day with so many keys may count a key under another name than its half hours do. It is read by the half hour. */
const fullSql = `
  full_day AS MATERIALIZED (
    SELECT day FROM stat_day
    WHERE account_id = $1 AND dimension = $2 AND day >= ($8::timestamptz AT TIME ZONE 'UTC')::date
      AND day < ($9::timestamptz AT TIME ZONE 'UTC')::date
    GROUP BY day HAVING count(*) >= ${MAX_KEYS}
  )`;

const isFull = (at: string): string => `(${at} AT TIME ZONE 'UTC')::date IN (SELECT day FROM full_day)`;

/** SQL: the sums of the half hours of each span, by key. A sum for each, so that few rows are added up in the end. */
const sumsOf = (spans: string, begins: string, ends: string): string => `
  ${spans}, LATERAL (
    SELECT key, ${countNames.map((name) => `sum(${name}) AS ${name}`).join(', ')} FROM stat_slot
    WHERE account_id = $1 AND dimension = $2 AND slot >= ${begins} AND slot < ${ends} GROUP BY key
  ) AS part`;

/** SQL: the counts of each day of UTC. One look by key for each day, whatever the planner knows of the times. */
const countsOfDay = `
  utc_day, LATERAL (
    SELECT * FROM stat_day WHERE account_id = $1 AND dimension = $2 AND day = (at AT TIME ZONE 'UTC')::date OFFSET 0
  ) AS whole`;

/** SQL: the half hours of each span. OFFSET 0 keeps the planner from reading all of them and comparing each with every span. */
const slotsOf = (spans: string, begins: string, ends: string): string => `
  ${spans}, LATERAL (
    SELECT * FROM stat_slot WHERE account_id = $1 AND dimension = $2 AND slot >= ${begins} AND slot < ${ends} OFFSET 0
  ) AS part`;

/** Before the first whole day, and after the last one. */
const outside = '(VALUES ($3::timestamptz, $8::timestamptz), ($9, $5)) AS outside(begins, ends)';

/** `tables`: for a WITH clause. `rows`: rows with `local`, the begin of an interval in local time, `sign`, `key` and the counts. */
export function localDays(dimension: Dimension): { readonly tables: string; readonly rows: string } {
  const isBounded = !unboundedDimensions.has(dimension);
  const unlessFull = (at: string): string => (isBounded ? `AND NOT ${isFull(at)}` : '');
  const bySlot = (from: string, where = ''): string =>
    `SELECT ${bucket('slot AT TIME ZONE $7')} AS local, 1 AS sign, key, ${names} FROM ${from} ${where}`;
  const parts = [
    `SELECT ${bucket('noon')} AS local, 1 AS sign, key, ${names} FROM ${countsOfDay} WHERE TRUE ${unlessFull('at')}`,
    `SELECT moved.local, sign, key, ${names} FROM ${sumsOf('edge', 'begins', 'ends')},
       LATERAL (VALUES (edge.local, 1), (edge.counted, -1)) AS moved(local, sign) WHERE TRUE ${unlessFull('at')}`,
    bySlot(slotsOf(outside, 'begins', 'ends')),
    ...(isBounded
      ? [bySlot(slotsOf('utc_day', 'at', "at + interval '24 hours'"), `WHERE ${isFull('at')}`)]
      : []),
  ];
  return {
    tables: [daysSql, edgesSql, ...(isBounded ? [fullSql] : [])].join(','),
    rows: parts.join('\n  UNION ALL '),
  };
}
