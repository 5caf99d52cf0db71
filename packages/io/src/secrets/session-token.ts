import { randomBytes } from 'node:crypto';
import { encodeBase32 } from '@waybill/mail/base32';
import { type GeneratedSecret, secretHashOf } from './generated-secret.ts';

const PREFIX = 'wb_session_';
const pattern = /^wb_session_[0-9a-hjkmnp-tv-z]{52}$/;

/** The id of a login session: 256 random bits, opaque. Only the hash is stored. */
export function makeSessionToken(): GeneratedSecret {
  const text = `${PREFIX}${encodeBase32(randomBytes(32))}`;
  return { text, secretHash: secretHashOf(text) };
}

/** The hash under which a login session is stored; `undefined` for text that is no token. */
export const sessionTokenHash = (text: string): Buffer | undefined =>
  pattern.test(text) ? secretHashOf(text) : undefined;
