/** When a client wants its message to leave. */
import type { Note } from './message.ts';

const DAY = 24 * 60 * 60_000;
/** Partitions and retention are made for messages that leave soon. */
export const MAX_SEND_AT_DAYS = 30;

export type SendAt = { readonly sendAt: Date | undefined; readonly notes: readonly Note[] };

/** A time that is over means at once; one beyond the horizon is brought back to it, because at once would be worse. */
export function sendAtOf(wish: string | undefined, now: Date): SendAt {
  const time = wish === undefined ? Number.NaN : Date.parse(wish);
  if (!(time > now.getTime())) return { sendAt: undefined, notes: [] };
  const latest = now.getTime() + MAX_SEND_AT_DAYS * DAY;
  if (time <= latest) return { sendAt: new Date(time), notes: [] };
  const sendAt = new Date(latest);
  const because = `Nothing waits longer than ${MAX_SEND_AT_DAYS} days.`;
  return {
    sendAt,
    notes: [
      { step: 'send-at', what: 'Send-At shortened', because, detail: { sendAt: sendAt.toISOString() } },
    ],
  };
}
