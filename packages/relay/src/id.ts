import { hash } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '@waybill/mail/base32';

/** Public prefixes of ids. An internal id is a UUIDv7 string; its public form is for example `msg_` + 26 characters of base32. */
export const idPrefixes = [
  'acc',
  'usr',
  'ses',
  'inv',
  'psk',
  'key',
  'cred',
  'net',
  'from',
  'dom',
  'dkim',
  'str',
  'msg',
  'dlv',
  'att',
  'evt',
  'sup',
  'dis',
  'rep',
  'box',
  'req',
  'aud',
  'wh',
  'whd',
  'era',
  'rule',
] as const;
export type IdPrefix = (typeof idPrefixes)[number];

const bytesOf = (uuid: string): Buffer => Buffer.from(uuid.replaceAll('-', ''), 'hex');

const uuidOf = (bytes: Buffer): string => {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};

/** The 16 bytes of an id. */
export const idBytes = bytesOf;
/** The id of 16 bytes. */
export const idOfBytes = uuidOf;

/** The public form of an id. */
export const publicId = (prefix: IdPrefix, id: string): string => `${prefix}_${encodeBase32(bytesOf(id))}`;

/** The internal id of a public one; `undefined`: prefix, length or a character is wrong. */
export function parsePublicId(prefix: IdPrefix, text: string): string | undefined {
  if (!text.startsWith(`${prefix}_`)) return undefined;
  const bytes = decodeBase32(text.slice(prefix.length + 1));
  return bytes?.length === 16 ? uuidOf(bytes) : undefined;
}

/** UUIDv7 (RFC 9562 §5.7) from a clock and ten random bytes. */
export function makeId(now: Date, random: Buffer): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  random.copy(bytes, 6, 0, 10);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return uuidOf(bytes);
}

/**
 * An id derived from another and an index: the same inputs give the same id. It has the time prefix of its parent, and so its
 * partition.
 */
export function deriveId(parent: string, kind: IdPrefix, index: number): string {
  const from = bytesOf(parent);
  const named = Buffer.concat([from, Buffer.from(`${kind}:${index}`)]);
  // As text of one character per byte, because a Buffer of the digest costs twice as much as the hash.
  from.write(hash('sha256', named, 'binary'), 6, 10, 'latin1');
  from[6] = ((from[6] ?? 0) & 0x0f) | 0x70;
  from[8] = ((from[8] ?? 0) & 0x3f) | 0x80;
  return uuidOf(from);
}

/** The time inside a UUIDv7. */
export const timeOfId = (id: string): Date =>
  new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16));

/** The id of the delivery to the recipient with this index, from 0. */
export const deliveryIdOf = (messageId: string, recipientIndex: number): string =>
  deriveId(messageId, 'dlv', recipientIndex);
/** The id of the attempt with this number, from 1. */
export const attemptIdOf = (deliveryId: string, attempt: number): string =>
  deriveId(deliveryId, 'att', attempt);
/** The id of the delivery of an event to a webhook. It has the time prefix of the event. */
export function webhookDeliveryIdOf(webhookId: string, eventId: string): string {
  const digest = hash('sha256', `${webhookId}:${eventId}`, 'buffer');
  return makeId(timeOfId(eventId), digest.subarray(0, 10));
}
