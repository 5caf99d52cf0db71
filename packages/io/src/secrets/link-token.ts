import { randomBytes } from 'node:crypto';
import { encodeBase32 } from '@waybill/mail/base32';
import { type GeneratedSecret, secretHashOf } from './generated-secret.ts';

const PREFIX = 'wb_link_';
const pattern = /^wb_link_[0-9a-hjkmnp-tv-z]{32}$/;
const anywhere = /wb_link_[0-9a-z]+/g;

/** What a mailed link carries: 160 random bits. Only the hash is kept. */
export function makeLinkToken(): GeneratedSecret {
  const text = `${PREFIX}${encodeBase32(randomBytes(20))}`;
  return { text, secretHash: secretHashOf(text) };
}

/** The hash to look a token up by, or `undefined` for text that was never a token. */
export const linkTokenHash = (text: string): Buffer | undefined =>
  pattern.test(text) ? secretHashOf(text) : undefined;

/** The same text without the tokens in it: another server may quote a mailed link in its reply. */
export const withoutLinkTokens = (text: string): string =>
  text.includes(PREFIX) ? text.replace(anywhere, `${PREFIX}[redacted]`) : text;
