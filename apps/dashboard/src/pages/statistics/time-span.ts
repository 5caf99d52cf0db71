/** Spans of the statistics: whole half hours, so that equal questions have equal answers. */
import { dayStarts } from '../../time/day-starts.ts';

const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;

export type Span = { readonly from: string; readonly to: string };

const spanOf = (from: number, to: number): Span => ({
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
});

/** One day: the last 24 hours. More: today and the whole days before it, in the time zone. Ends with the present half hour. */
export function lastDays(days: number, now: Date, zone: string): Span {
  const to = Math.ceil((now.getTime() + 1) / HALF_HOUR_MS) * HALF_HOUR_MS;
  const from = days === 1 ? to - DAY_MS : (dayStarts(days, now.getTime(), zone)[0] ?? to - days * DAY_MS);
  return spanOf(from, to);
}

/** Of the bars: short spans by hour, long ones by day. */
export const intervalOf = (days: number): 'hour' | 'day' => (days <= 2 ? 'hour' : 'day');
