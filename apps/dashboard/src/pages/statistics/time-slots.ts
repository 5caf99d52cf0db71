/** The intervals of a span: the API leaves out those without mail, and a chart shows them too. */
import { dayStarts } from '../../time/day-starts.ts';
import { exactTime } from '../../time/format-time.ts';
import type { Span } from './time-span.ts';

const HALF_HOUR_MS = 1_800_000;
const HOUR_MS = 2 * HALF_HOUR_MS;
const DAY_MS = 24 * HOUR_MS;

export type ShownInterval = 'hour' | 'day';
/** An interval with its label; `to` is not in it. */
export type Slot = Span & { readonly label: string };

/** A day as `11-29`, an hour as `11-29 10:00`, in the time zone. */
export const slotLabel = (at: Date, zone: string, interval: ShownInterval): string =>
  interval === 'hour' ? `${exactTime(at, zone).slice(5, 13)}:00` : exactTime(at, zone).slice(5, 10);

/** The first full hour after a half hour, by the clock of the time zone. */
function nextHour(after: number, zone: string): number {
  const half = after + HALF_HOUR_MS;
  return exactTime(new Date(half), zone).slice(14, 16) === '00' ? half : half + HALF_HOUR_MS;
}

function hoursWithin(from: number, end: number, zone: string): readonly number[] {
  const first = nextHour(from, zone);
  const count = Math.max(0, Math.ceil((end - first) / HOUR_MS));
  return [from, ...Array.from({ length: count }, (_, index) => first + index * HOUR_MS)];
}

function daysWithin(from: number, end: number, zone: string): readonly number[] {
  const days = Math.ceil((end - from) / DAY_MS) + 1;
  return [from, ...dayStarts(days, end - 1, zone).filter((at) => at > from)];
}

const within = { hour: hoursWithin, day: daysWithin } as const;

/** Every interval once, in order. A day of 25 hours is one. */
export function timeSlots({ from, to }: Span, zone: string, interval: ShownInterval): readonly Slot[] {
  const starts = within[interval](Date.parse(from), Date.parse(to), zone);
  return starts.map((at, index) => ({
    label: slotLabel(new Date(at), zone, interval),
    from: new Date(at).toISOString(),
    to: starts[index + 1] === undefined ? to : new Date(starts[index + 1] ?? 0).toISOString(),
  }));
}
