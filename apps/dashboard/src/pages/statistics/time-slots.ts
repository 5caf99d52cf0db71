/** The intervals of a span, by their labels: the API leaves out those without mail, and a chart shows them too. */
import { exactTime } from '../../time/format-time.ts';

const STEP_MS = { hour: 3_600_000, day: 86_400_000 } as const;
export type ShownInterval = keyof typeof STEP_MS;

/** A day as `11-29`, an hour as `11-29 10:00`, in the time zone. */
export const slotLabel = (at: Date, zone: string, interval: ShownInterval): string =>
  interval === 'hour' ? `${exactTime(at, zone).slice(5, 13)}:00` : exactTime(at, zone).slice(5, 10);

type Asked = {
  readonly from: string;
  readonly to: string;
  readonly interval: ShownInterval;
  readonly zone: string;
};

/** Each label once, in order. A day of 25 hours has one label. */
export function slotLabels({ from, to, interval, zone }: Asked): readonly string[] {
  const end = Date.parse(to) - 1;
  const labels = new Set<string>();
  for (let at = Date.parse(from); at < end; at += STEP_MS[interval])
    labels.add(slotLabel(new Date(at), zone, interval));
  labels.add(slotLabel(new Date(end), zone, interval));
  return [...labels];
}
