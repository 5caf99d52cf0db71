/**
 * The return path of one delivery (VERP). It names the delivery and has a MAC against forgery: `b-` and the base32 of the 16 bytes
 * of the id and 8 bytes of HMAC, 41 characters, below the 64 of RFC 5321 §4.5.3.1.1.
 */
import { createHmac, type KeyObject, timingSafeEqual } from 'node:crypto';
import { formatAddress, parseAddress } from './address.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';

const PREFIX = 'b-';
const ID_BYTES = 16;
const MAC_BYTES = 8;

const macOf = (deliveryId: Buffer, key: KeyObject): Buffer =>
  createHmac('sha256', key).update('verp').update(deliveryId).digest().subarray(0, MAC_BYTES);

/** The address that goes into MAIL FROM. */
export function formatReturnPath(deliveryId: Buffer, key: KeyObject, domain: string): string {
  if (deliveryId.length !== ID_BYTES) throw new Error(`A delivery id has ${ID_BYTES} bytes`);
  const token = encodeBase32(Buffer.concat([deliveryId, macOf(deliveryId, key)]));
  return formatAddress({ local: PREFIX + token, domain });
}

/**
 * The delivery that a return path names; `undefined`: it was not made with one of the keys. The caller checks the domain. Case
 * is ignored, because some hosts change the case of local parts.
 */
export function parseReturnPath(address: string, keys: readonly KeyObject[]): Buffer | undefined {
  const local = parseAddress(address)?.local.toLowerCase();
  if (!local?.startsWith(PREFIX)) return undefined;
  const token = decodeBase32(local.slice(PREFIX.length));
  if (token?.length !== ID_BYTES + MAC_BYTES) return undefined;
  const deliveryId = token.subarray(0, ID_BYTES);
  const mac = token.subarray(ID_BYTES);
  // Every key is tried, in constant time, so that an answer does not tell how near a guess was.
  const matches = keys.filter((key) => timingSafeEqual(macOf(deliveryId, key), mac));
  return matches.length > 0 ? deliveryId : undefined;
}
