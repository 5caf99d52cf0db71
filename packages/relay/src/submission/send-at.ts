/** The requested send time: one rule for `scheduled_at` of HTTP and the header `X-Waybill-Send-At`. */
import type { Note } from '../message.ts';
import { Refusal } from '../refusal.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** In days. Partitions and retention are designed for messages that are sent soon. */
export const MAX_SEND_AT_DAYS = 30;
/** Clocks differ and requests take time, so a time that passed by at most this much means now. */
const PAST_GRACE_MS = MINUTE;

/** `at` is `undefined` when the message may leave at once. */
export type SendAt = { readonly at: Date | undefined } | { readonly fault: string };

const LIMIT = `A message can wait at most ${MAX_SEND_AT_DAYS} days`;

/** An offset is required, because client and server may have different time zones. RFC 3339 §5.6. */
const timeForm =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** `undefined`: the text is no valid time. `Date.parse` alone reads 30 February as 2 March. */
function readTime(text: string): Date | undefined {
  const [, year, month, day] = timeForm.exec(text) ?? [];
  if (year === undefined) return undefined;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const time = Date.parse(text.replace(' ', 'T').toUpperCase());
  return Number(day) > lastDay || Number.isNaN(time) ? undefined : new Date(time);
}

/** Parses the requested time. Used by SMTP and HTTP. */
export function readSendAt(wish: string | undefined, now: Date): SendAt {
  if (wish === undefined) return { at: undefined };
  const time = readTime(wish);
  if (time === undefined)
    return { fault: `it is not a date with time and offset such as 2026-03-01T10:00:00Z. ${LIMIT}` };
  const wait = time.getTime() - now.getTime();
  if (wait < -PAST_GRACE_MS)
    return { fault: `${time.toISOString()} is in the past, it is now ${now.toISOString()}. ${LIMIT}` };
  const latest = new Date(now.getTime() + MAX_SEND_AT_DAYS * DAY);
  if (time > latest)
    return { fault: `${time.toISOString()} is too far ahead. ${LIMIT}, now until ${latest.toISOString()}` };
  return { at: wait > 0 ? time : undefined };
}

/** The requested time. Throws a `Refusal` for an invalid one. */
export function sendAtOf(wish: string | undefined, now: Date): Date | undefined {
  const read = readSendAt(wish, now);
  if ('fault' in read) throw new Refusal('send_time_refused', { detail: read.fault });
  return read.at;
}

/** The requested time for the answer to a repeat, which is not refused although the time may have passed since. */
export function laterOf(wish: string | undefined, now: Date): Date | undefined {
  const read = readSendAt(wish, now);
  return 'fault' in read ? undefined : read.at;
}

const STEP = 'send-at';

/** The note for a scheduled message. */
export const scheduledNote = (sendAt: Date): Note => ({
  step: STEP,
  what: 'scheduled',
  reason: `The client asked for ${sendAt.toISOString()}; the message is not sent before.`,
  detail: { sendAt: sendAt.toISOString() },
});

/** The note for a changed send time. `sendAt` is the new time, which may be now. */
export const movedNote = (sendAt: Date, at: Date): Note => ({
  step: STEP,
  what: 'moved',
  reason: `At ${at.toISOString()} the send time was changed to ${sendAt.toISOString()}.`,
  detail: { sendAt: sendAt.toISOString(), at: at.toISOString() },
});

/** Whether the send time of a message is still in the future. */
export const isEarly = ({ sendAt }: { readonly sendAt: Date | undefined }, now: Date): boolean =>
  sendAt !== undefined && now < sendAt;
