import { randomBytes } from 'node:crypto';
import { encodeBase32 } from '@waybill/mail/base32';
import { type GeneratedSecret, secretHashOf } from './generated-secret.ts';

const PREFIX = 'wb_link_';
const pattern = /^wb_link_[0-9a-hjkmnp-tv-z]{32}$/;
const anywhere = /wb_link_[0-9a-z]+/g;

/** The token of a confirmation link: 160 random bits. Only the hash is stored. */
export function makeLinkToken(): GeneratedSecret {
  const text = `${PREFIX}${encodeBase32(randomBytes(20))}`;
  return { text, secretHash: secretHashOf(text) };
}

/** The hash under which a token is stored; `undefined` for text that is no token. */
export const linkTokenHash = (text: string): Buffer | undefined =>
  pattern.test(text) ? secretHashOf(text) : undefined;

/** The text without tokens, because another server may quote a confirmation link in its reply. */
export const withoutLinkTokens = (text: string): string =>
  text.includes(PREFIX) ? text.replace(anywhere, `${PREFIX}[redacted]`) : text;
