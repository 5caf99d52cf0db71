/** Spans of the statistics: whole half hours, so that equal questions have equal answers. */
const HALF_HOUR_MS = 1_800_000;
const DAY_MS = 86_400_000;

export type Span = { readonly from: string; readonly to: string };

/** The last days, up to the end of the present half hour. */
export function lastDays(days: number, now: Date): Span {
  const to = new Date(Math.ceil((now.getTime() + 1) / HALF_HOUR_MS) * HALF_HOUR_MS);
  return { from: new Date(to.getTime() - days * DAY_MS).toISOString(), to: to.toISOString() };
}

/** Of the bars: short spans by hour, long ones by day. */
export const intervalOf = (days: number): 'hour' | 'day' => (days <= 2 ? 'hour' : 'day');
