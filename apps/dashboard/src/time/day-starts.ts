/** Where days begin in a time zone, also where the clocks change. */
import { exactTime } from './format-time.ts';

const HALF_HOUR_MS = 1_800_000;
const LONGER_THAN_A_DAY_MS = 26 * 3_600_000;

/** `2026-11-29`, in the time zone. */
const dayOf = (at: number, zone: string): string => exactTime(new Date(at), zone).slice(0, 10);

/** The first half hour of the day that has the moment in it; `early` is a moment of an earlier day. */
function startOf(moment: number, early: number, zone: string): number {
  const day = dayOf(moment, zone);
  let at = early;
  while (dayOf(at, zone) !== day) at += HALF_HOUR_MS;
  return at;
}

/** Milliseconds since 1970 at which the last days begin, today's included, the earliest first. */
export function dayStarts(days: number, now: number, zone: string): readonly number[] {
  const starts: number[] = [];
  let moment = Math.floor(now / HALF_HOUR_MS) * HALF_HOUR_MS;
  for (let count = 0; count < days; count++) {
    const start = startOf(moment, moment - LONGER_THAN_A_DAY_MS, zone);
    starts.unshift(start);
    moment = start - HALF_HOUR_MS;
  }
  return starts;
}
