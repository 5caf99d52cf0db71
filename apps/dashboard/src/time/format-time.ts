/** Times for people: relative in the text, exact on hover. */

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const steps = [
  [45_000, 1_000, 'second'],
  [45 * minute, minute, 'minute'],
  [22 * hour, hour, 'hour'],
  [26 * day, day, 'day'],
  [320 * day, 30 * day, 'month'],
  [Number.POSITIVE_INFINITY, 365 * day, 'year'],
] as const;

const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' });

/** `12s ago`, `in 3m`, `yesterday`. */
export function relativeTime(at: Date, now: Date): string {
  const distance = at.getTime() - now.getTime();
  const [, unit, name] = steps.find(([limit]) => Math.abs(distance) < limit) ?? steps[5];
  return words.format(Math.round(distance / unit), name);
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

/** `2026-11-29 10:18:43`, in the time zone. */
export function exactTime(at: Date, zone: string): string {
  const part = Object.fromEntries(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, value]),
  );
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

export const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }) !== undefined;
  } catch {
    return false;
  }
};

/** `0.18 s`, `4 min 20 s`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < minute) return `${(ms / 1_000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  if (ms < hour) return `${Math.floor(ms / minute)} min ${Math.round((ms % minute) / 1_000)} s`;
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h ${Math.round((ms % hour) / minute)} min`;
  return `${Math.round(ms / day)} days`;
}
