/** Merges repeated recipients, so that an address gets one delivery. */
import { normalAddress } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import type { Note } from '../message.ts';

/** Two spellings of one address are one recipient. Local parts that differ in case are two, because the receiver decides. RFC 5321 §2.4. */
export function mergeRecipients(envelope: Envelope): {
  readonly envelope: Envelope;
  readonly notes: readonly Note[];
} {
  const rcptTo = [...new Set(envelope.rcptTo.map(normalAddress))];
  const merged = envelope.rcptTo.length - rcptTo.length;
  const notes = merged === 0 ? [] : [noteOf(merged)];
  return { envelope: { ...envelope, rcptTo }, notes };
}

const noteOf = (merged: number): Note => ({
  step: 'merge-recipients',
  what: 'recipients merged',
  reason: 'The same address was named more than once.',
  detail: { merged },
});
