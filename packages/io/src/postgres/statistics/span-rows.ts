/** SQL for the rows of one account and one dimension in a span. */
import type { Dimension } from '@waybill/relay/statistics/contribution';
import { countNames } from '@waybill/relay/statistics/counts';

export type Span = { readonly from: Date; readonly to: Date };

const names = countNames.join(', ');

const slotsFrom = (from: string, to: string): string => `
  SELECT slot AS at, key, ${names} FROM stat_slot
  WHERE account_id = $1 AND dimension = $2 AND slot >= ${from} AND slot < ${to}`;

/** SQL: all half hours. */
export const slots = slotsFrom('$3', '$5');

const DAY_MS = 86_400_000;

/** Whole days of UTC between two times, or none. */
export function wholeDays({ from, to }: Span): Span | undefined {
  const first = new Date(Math.ceil(from.getTime() / DAY_MS) * DAY_MS);
  const last = new Date(Math.floor(to.getTime() / DAY_MS) * DAY_MS);
  return first < last ? { from: first, to: last } : undefined;
}

/** SQL: half hours before the first whole day and after the last one, days between. */
export const spanRows = `
  ${slotsFrom('$3', '$6')}
  UNION ALL ${slotsFrom('$7', '$5')}
  UNION ALL
  SELECT day::timestamp AT TIME ZONE 'UTC', key, ${names} FROM stat_day
  WHERE account_id = $1 AND dimension = $2 AND day >= ($6::timestamptz AT TIME ZONE 'UTC')::date
    AND day < ($7::timestamptz AT TIME ZONE 'UTC')::date`;

/** The values of `spanRows`. $4 is for the statement around it. */
export function spanValues(
  accountId: string,
  { dimension, from, to, keys }: Span & { readonly dimension: Dimension; readonly keys: number },
): readonly unknown[] {
  const inner = wholeDays({ from, to });
  return [accountId, dimension, from, keys, to, inner?.from ?? to, inner?.to ?? to];
}
