/** The date-time of the Date and Received fields. RFC 5322 §3.3, obsolete forms §4.3. */
import { withoutComments as withoutNestedComments } from './comments.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;

const two = (number: number): string => String(number).padStart(2, '0');

/** In UTC: `Sat, 21 Nov 2026 09:22:43 +0000`. */
export function formatDate(date: Date): string {
  if (Number.isNaN(date.getTime())) throw new RangeError('Not a date');
  const day = `${days[date.getUTCDay()]}, ${date.getUTCDate()} ${months[date.getUTCMonth()]}`;
  const year = String(date.getUTCFullYear()).padStart(4, '0');
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  return `${day} ${year} ${time} +0000`;
}

/** Minutes east of Greenwich by the names of §4.3. Military letters and unknown names mean nothing: `-0000`. */
const namedZones: Readonly<Record<string, number>> = {
  EDT: -240,
  EST: -300,
  CDT: -300,
  CST: -360,
  MDT: -360,
  MST: -420,
  PDT: -420,
  PST: -480,
};

function zoneMinutes(zone: string): number | undefined {
  const [, sign, hours, minutes] = /^([+-])(\d\d)(\d\d)$/.exec(zone) ?? [];
  if (sign === undefined) return namedZones[zone.toUpperCase()] ?? 0;
  if (Number(minutes) > 59) return undefined;
  return (Number(hours) * 60 + Number(minutes)) * (sign === '-' ? -1 : 1);
}

/** §4.3: two digits below 50 are of this century, other short years count from 1900. */
function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length >= 4) return year;
  return digits.length === 2 && year < 50 ? year + 2000 : year + 1900;
}

const dateTime =
  /^(?:[a-z]{3} ?, ?)?(\d{1,2}) ?([a-z]{3}) ?(\d{2,4}) (\d\d) ?: ?(\d\d)(?: ?: ?(\d\d))? ?([+-]\d{4}|[a-z]{1,5})$/i;

/** Nothing nests in practice: a comment holds the name of the zone. One level is enough, deeper ones make no date. */
const withoutComments = (text: string): string => text.replace(/\([^()]{0,100}\)/g, ' ');

function isRealDate(utc: Date, [year, month, day]: readonly [number, number, number]): boolean {
  return utc.getUTCFullYear() === year && utc.getUTCMonth() === month && utc.getUTCDate() === day;
}

/** The moment that a date-time names, or `undefined` when it names none (31 June, 25 o'clock, another language). */
export function parseDate(text: string): Date | undefined {
  const plain = withoutComments(text.slice(0, 300)).replace(/\s+/g, ' ').trim();
  const [, day, monthName = '', year = '', hours, minutes, seconds = '0', zone = ''] =
    dateTime.exec(plain) ?? [];
  const month = months.findIndex((name) => name.toLowerCase() === monthName.toLowerCase());
  const east = zoneMinutes(zone);
  if (month === -1 || east === undefined) return undefined;
  // A leap second is the last second of its minute here: `Date` knows no other.
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 60) return undefined;
  const named = [fullYear(year), month, Number(day)] as const;
  const local = new Date(Date.UTC(...named, Number(hours), Number(minutes), Math.min(Number(seconds), 59)));
  return isRealDate(local, named) ? new Date(local.getTime() - east * 60_000) : undefined;
}

/** What nearly every program writes, on a day that every month has: to take it apart would tell nothing more. */
const common =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), (?:0?[1-9]|1\d|2[0-8]) (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?:19|20)\d\d (?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d [+-]\d\d[0-5]\d$/;
const startsLikeDate = /^[ \t]*(?:(?:mon|tue|wed|thu|fri|sat|sun)\b|\d)/i;

/**
 * Whether the value of a Date field is a date-time that a receiver must understand: RFC 5322 §3.3 or, for readers, §4.3.
 * Comments may nest here. A day of the week that does not match the date is no fault of the form.
 */
export function isDateTime(value: string): boolean {
  if (common.test(value)) return true;
  const plain = withoutNestedComments(value);
  return plain !== undefined && startsLikeDate.test(plain) && parseDate(plain) !== undefined;
}
