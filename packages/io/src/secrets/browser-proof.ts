/**
 * A browser that logged in as a user keeps a proof of it, so that the login guard can tell it from strangers. It opens nothing.
 * Authenticated, not stored.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { decodeBase32, encodeBase32 } from '@waybill/mail/base32';
import { idBytes, idOfBytes } from '@waybill/relay/id';

const ID_BYTES = 16;
const NONCE_BYTES = 8;
const MAC_BYTES = 16;

export type BrowserProof = {
  /** The user, and the key under which the attempts of this browser are counted. */
  readonly userId: string;
  readonly key: string;
};

export type BrowserProofs = {
  make(userId: string): string;
  read(text: string): BrowserProof | undefined;
};

export function openBrowserProofs(key: Buffer): BrowserProofs {
  const macOf = (body: Buffer): Buffer =>
    createHmac('sha256', key).update('browser:').update(body).digest().subarray(0, MAC_BYTES);
  return {
    make(userId) {
      const body = Buffer.concat([idBytes(userId), randomBytes(NONCE_BYTES)]);
      return encodeBase32(Buffer.concat([body, macOf(body)]));
    },
    read(text) {
      const bytes = text.length > 100 ? undefined : decodeBase32(text);
      if (bytes?.length !== ID_BYTES + NONCE_BYTES + MAC_BYTES) return undefined;
      const body = bytes.subarray(0, ID_BYTES + NONCE_BYTES);
      if (!timingSafeEqual(bytes.subarray(body.length), macOf(body))) return undefined;
      return {
        userId: idOfBytes(body.subarray(0, ID_BYTES)),
        key: `browser ${body.toString('hex')}`,
      };
    },
  };
}
