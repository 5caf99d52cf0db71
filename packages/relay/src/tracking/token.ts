/** Self-contained tracking tokens: what a link means is in the link, sealed, so that a click needs no database. */

import {
  type Cipheriv,
  createCipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';
import { hmacSha256 } from '@waybill/mail/hmac';

/** Made by `makeTrackingKey`. */
export type TrackingKey = {
  readonly id: number;
  /** A KeyObject: raw bytes as a key cost five times as much per token. */
  readonly encryptionKey: KeyObject;
  readonly macKey: Buffer;
};

export type Token =
  | { readonly type: 'open'; readonly deliveryId: Buffer }
  | { readonly type: 'unsubscribe'; readonly deliveryId: Buffer }
  | { readonly type: 'click'; readonly deliveryId: Buffer; readonly linkIndex: number; readonly url: string };

/** Longer targets are left as they are: proxies refuse request lines over 8 KiB. */
export const MAX_TRACKED_URL_BYTES = 4096;

const ID_BYTES = 16;
const TAG_BYTES = 16;
/** Of AES. */
const BLOCK_BYTES = 16;
const BARE_BYTES = 1 + ID_BYTES;
const MAX_VARINT_BYTES = 5;
const HEAD_BYTES = 1 + TAG_BYTES;
const MAX_TOKEN_BYTES = HEAD_BYTES + BARE_BYTES + MAX_VARINT_BYTES + MAX_TRACKED_URL_BYTES;
const MAX_TOKEN_CHARS = Math.ceil((MAX_TOKEN_BYTES * 4) / 3);

/** First byte of the plaintext: the format's version in the high half, the type in the low one. */
const types = { open: 0x21, click: 0x22, unsubscribe: 0x23 } as const;

/** One secret makes two keys, so that the tag tells nothing about the cipher. RFC 5869. */
export function makeTrackingKey(id: number, secret: Buffer): TrackingKey {
  if (!Number.isInteger(id) || id < 0 || id > 255) throw new Error('A tracking key id is one byte');
  if (secret.length < 16) throw new Error('A tracking secret has at least 16 bytes');
  const derive = (use: string): Buffer =>
    Buffer.from(hkdfSync('sha256', secret, '', `waybill tracking ${use}`, 32));
  return { id, encryptionKey: createSecretKey(derive('encryption')), macKey: derive('tag') };
}

/** LEB128: seven bits to an byte, lowest first. Answers the offset behind it. */
const writeVarint = (bytes: Buffer, value: number, from: number): number => {
  let at = from;
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  bytes[at++] = rest;
  return at;
};

const writeClick = (bytes: Buffer, { linkIndex, url }: Extract<Token, { type: 'click' }>): Buffer => {
  if (!Number.isInteger(linkIndex) || linkIndex < 0 || linkIndex > 0xffffffff)
    throw new Error('Not a link index');
  const at = writeVarint(bytes, linkIndex, BARE_BYTES);
  return bytes.subarray(0, at + bytes.write(url, at));
};

const plaintextOf = (token: Token): Buffer => {
  if (token.deliveryId.length !== ID_BYTES) throw new Error('A delivery id has 16 bytes');
  const urlBytes = token.type === 'click' ? Buffer.byteLength(token.url) : 0;
  if (urlBytes > MAX_TRACKED_URL_BYTES) throw new Error('The URL is too long to be tracked');
  const bytes = Buffer.allocUnsafe(BARE_BYTES + (token.type === 'click' ? MAX_VARINT_BYTES + urlBytes : 0));
  bytes[0] = types[token.type];
  bytes.set(token.deliveryId, 1);
  return token.type === 'click' ? writeClick(bytes, token) : bytes;
};

const tagOf = (keyId: Buffer, plaintext: Buffer, key: TrackingKey): Buffer =>
  hmacSha256(key.macKey, Buffer.concat([keyId, plaintext])).subarray(0, TAG_BYTES);

const blockCiphers = new WeakMap<KeyObject, Cipheriv>();

/** Keeps nothing from one block to the next, so one serves every token of its key. */
function blockCipherOf({ encryptionKey }: TrackingKey): Cipheriv {
  const known = blockCiphers.get(encryptionKey) ?? createCipheriv('aes-256-ecb', encryptionKey, null);
  blockCiphers.set(encryptionKey, known);
  return known;
}

/** Adds one to the big number of a block. */
function increment(bytes: Buffer, start: number): void {
  let at = start + BLOCK_BYTES - 1;
  while (at > start && bytes[at] === 0xff) bytes[at--] = 0;
  bytes[at] = (bytes[at] ?? 0) + 1;
}

/** Plaintext or ciphertext with its tag, which is its first counter. */
type Tagged = { readonly tag: Buffer; readonly bytes: Buffer };

function countersOf({ tag, bytes }: Tagged): Buffer {
  const counters = Buffer.allocUnsafe(Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES);
  counters.set(tag);
  for (let at = BLOCK_BYTES; at < counters.length; at += BLOCK_BYTES) {
    counters.copyWithin(at, at - BLOCK_BYTES, at);
    increment(counters, at);
  }
  return counters;
}

/**
 * AES-256-CTR, each from its own tag, written as what it is (NIST SP 800-38A §6.5): a cipher object for each token costs more
 * than all the rest of it, and one call serves all tokens of a copy. Counter mode is its own inverse.
 */
function crypt(all: readonly Tagged[], key: TrackingKey): readonly Tagged[] {
  const stream = blockCipherOf(key).update(Buffer.concat(all.map(countersOf)));
  let next = 0;
  return all.map(({ tag, bytes }) => {
    const own = stream.subarray(next, next + bytes.length);
    for (let at = 0; at < bytes.length; at++) own[at] = (own[at] ?? 0) ^ (bytes[at] ?? 0);
    next += Math.ceil(bytes.length / BLOCK_BYTES) * BLOCK_BYTES;
    return { tag, bytes: own };
  });
}

/**
 * The tokens as base64url text: key id, tag, ciphertext. The tag is a MAC of the plaintext and the start of the cipher's
 * counter in one, the synthetic IV of RFC 5297: sealing twice gives the same token, so preparing a message twice gives the same
 * bytes, and two plaintexts do not meet on one counter.
 */
function sealTokens(tokens: readonly Token[], key: TrackingKey): readonly string[] {
  const keyId = Buffer.of(key.id);
  const plain = tokens.map((token) => {
    const bytes = plaintextOf(token);
    return { tag: tagOf(keyId, bytes, key), bytes };
  });
  return crypt(plain, key).map(({ tag, bytes }) => Buffer.concat([keyId, tag, bytes]).toString('base64url'));
}

export const sealToken = (token: Token, key: TrackingKey): string => sealTokens([token], key).join();

/** `undefined`: somebody else made this token. */
const unseal = (bytes: Buffer, key: TrackingKey): Buffer | undefined => {
  const tag = bytes.subarray(1, HEAD_BYTES);
  const [plain] = crypt([{ tag, bytes: bytes.subarray(HEAD_BYTES) }], key);
  const isOurs = plain && timingSafeEqual(tagOf(bytes.subarray(0, 1), plain.bytes, key), tag);
  return isOurs ? plain.bytes : undefined;
};

const readVarint = (bytes: Buffer, from: number): { value: number; end: number } | undefined => {
  let value = 0;
  for (let length = 0; length < MAX_VARINT_BYTES; length++) {
    const byte = bytes[from + length];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 0x80 ** length;
    if (byte < 0x80) return { value, end: from + length + 1 };
  }
  return undefined;
};

/** Refused even from ourselves: a redirect must not go anywhere else than to the web, nor carry a line end. */
const isSafeUrl = (url: string): boolean =>
  /^https?:\/\//i.test(url) && !/\p{Cc}/u.test(url) && URL.canParse(url);

const readClick = (plaintext: Buffer, deliveryId: Buffer): Token | undefined => {
  const index = readVarint(plaintext, BARE_BYTES);
  if (!index) return undefined;
  const url = plaintext.toString('utf8', index.end);
  return isSafeUrl(url) ? { type: 'click', deliveryId, linkIndex: index.value, url } : undefined;
};

const readToken = (plaintext: Buffer): Token | undefined => {
  const deliveryId = plaintext.subarray(1, BARE_BYTES);
  if (deliveryId.length !== ID_BYTES) return undefined;
  if (plaintext[0] === types.click) return readClick(plaintext, deliveryId);
  if (plaintext.length !== BARE_BYTES) return undefined;
  if (plaintext[0] === types.open) return { type: 'open', deliveryId };
  return plaintext[0] === types.unsubscribe ? { type: 'unsubscribe', deliveryId } : undefined;
};

/** The token, if one of the keys sealed exactly this text; `undefined` for everything else, whatever it is. */
export function openToken(text: string, keys: readonly TrackingKey[]): Token | undefined {
  if (text.length > MAX_TOKEN_CHARS || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // The last character may hold bits that decode to nothing; another spelling of a token is not that token.
  if (bytes.toString('base64url') !== text || bytes.length < HEAD_BYTES) return undefined;
  for (const key of keys) {
    if (key.id !== bytes[0]) continue;
    const plaintext = unseal(bytes, key);
    if (plaintext) return readToken(plaintext);
  }
  return undefined;
}

const paths = { click: 'c', open: 'o', unsubscribe: 'u' } as const;

/** The public addresses of tokens. The image ending keeps mail clients from guessing at an open's type. */
export function trackingUrls(baseUrl: string, tokens: readonly Token[], key: TrackingKey): readonly string[] {
  const base = baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl;
  const sealed = sealTokens(tokens, key);
  return tokens.map(
    ({ type }, index) => `${base}/${paths[type]}/${sealed[index]}${type === 'open' ? '.gif' : ''}`,
  );
}

export const trackingUrl = (baseUrl: string, token: Token, key: TrackingKey): string =>
  trackingUrls(baseUrl, [token], key).join();
