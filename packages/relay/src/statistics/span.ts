import { faultAt } from '../management/request-fault.ts';

export type Span = { readonly from: Date; readonly to: Date };

const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
/** Statistics are kept for three years. */
const MAX_DAYS = 1_100;
/** Days of which each hour is asked for. */
const MAX_HOURLY_DAYS = 31;

type Asked = { readonly from?: string | undefined; readonly to?: string | undefined };

/** The asked times in whole half hours; a week until now unless they say otherwise. */
export function spanOf({ from, to }: Asked, now: Date, isHourly = false): Span {
  const end = to === undefined ? now : new Date(to);
  const start = from === undefined ? new Date(end.getTime() - DEFAULT_DAYS * DAY_MS) : new Date(from);
  const days = (end.getTime() - start.getTime()) / DAY_MS;
  if (!(days > 0)) throw faultAt('/from', 'must be before to');
  if (days > MAX_DAYS) throw faultAt('/from', `must be at most ${MAX_DAYS} days before to`);
  if (isHourly && days > MAX_HOURLY_DAYS)
    throw faultAt('/interval', `hour needs from and to at most ${MAX_HOURLY_DAYS} days apart`);
  return { from: new Date(Math.floor(start.getTime() / HALF_HOUR_MS) * HALF_HOUR_MS), to: end };
}

/** The span of the same length that ends where this one begins, in whole half hours. */
export function spanBefore({ from, to }: Span): Span {
  const start = from.getTime() - (to.getTime() - from.getTime());
  return { from: new Date(Math.floor(start / HALF_HOUR_MS) * HALF_HOUR_MS), to: from };
}

const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

export type Days = { readonly from: string; readonly to: string };

/** Days of UTC, `to` not included; a week with today unless they say otherwise. */
export function daysOf({ from, to }: Asked, now: Date): Days {
  const end = to ?? dayOf(new Date(now.getTime() + DAY_MS));
  const start = from ?? dayOf(new Date(Date.parse(end) - DEFAULT_DAYS * DAY_MS));
  const days = (Date.parse(end) - Date.parse(start)) / DAY_MS;
  if (!(days > 0)) throw faultAt('/from', 'must be before to');
  if (days > MAX_DAYS) throw faultAt('/from', `must be at most ${MAX_DAYS} days before to`);
  return { from: start, to: end };
}

/** Refuses what is no time zone. The database knows the same names. */
export function requireTimezone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw faultAt('/timezone', 'is no name of the IANA time zone database, like Europe/Berlin');
  }
  if (/^[+-]/.test(timezone)) throw faultAt('/timezone', 'must be a name like Europe/Berlin');
}
