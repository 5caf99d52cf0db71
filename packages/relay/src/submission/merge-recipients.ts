/** One delivery per address, however often the client named it. */
import { normalAddress } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import type { Note } from '../message.ts';

/** Two spellings of one address are one recipient; the case of the local part is the receiver's, RFC 5321 §2.4. */
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
