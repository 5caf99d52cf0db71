/** Self-contained tracking tokens: each holds its delivery and target, encrypted, so that the tracker needs no database. */

import {
  createCipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  timingSafeEqual,
} from 'node:crypto';

/** The two keys of a tracking secret, made by `makeTrackingKey`. `id` is the first byte of every token. */
export type TrackingKey = {
  readonly id: number;
  readonly encryptionKey: KeyObject;
  readonly macKey: KeyObject;
};

/** `deliveryId` has 16 bytes. `linkIndex` counts from 0; `url` is an absolute http or https URL. */
export type Token =
  | { readonly type: 'open'; readonly deliveryId: Buffer }
  | { readonly type: 'unsubscribe'; readonly deliveryId: Buffer }
  | { readonly type: 'click'; readonly deliveryId: Buffer; readonly linkIndex: number; readonly url: string };

/** Longer URLs are not tracked: proxies refuse request lines over 8 KiB. */
export const MAX_TRACKED_URL_BYTES = 4096;

const ID_BYTES = 16;
const TAG_BYTES = 16;
const BARE_BYTES = 1 + ID_BYTES;
const MAX_VARINT_BYTES = 5;
const HEAD_BYTES = 1 + TAG_BYTES;
const MAX_TOKEN_BYTES = HEAD_BYTES + BARE_BYTES + MAX_VARINT_BYTES + MAX_TRACKED_URL_BYTES;
const MAX_TOKEN_CHARS = Math.ceil((MAX_TOKEN_BYTES * 4) / 3);

/** First byte of the plaintext: the format's version in the high half, the type in the low one. */
const types = { open: 0x21, click: 0x22, unsubscribe: 0x23 } as const;

/** Derives the keys of encryption and tag (HKDF, RFC 5869). Throws when the id is not one byte or the secret has under 16 bytes. */
export function makeTrackingKey(id: number, secret: Buffer): TrackingKey {
  if (!Number.isInteger(id) || id < 0 || id > 255) throw new Error('A tracking key id is one byte');
  if (secret.length < 16) throw new Error('A tracking secret has at least 16 bytes');
  const derive = (use: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', `waybill tracking ${use}`, 32)));
  return { id, encryptionKey: derive('encryption'), macKey: derive('tag') };
}

/** LEB128: seven bits to a byte, lowest first. Returns the offset behind the number. */
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

/** A token works on one host only, or without one on the host of the installation. docs/reliability.md S17. */
type Host = string | undefined;

/** Before the plaintext, whose first byte is never 0: the length of the host, then the host. */
const hostBytes = (host: Host): Buffer =>
  host === undefined
    ? Buffer.alloc(0)
    : Buffer.concat([Buffer.of(0, Buffer.byteLength(host)), Buffer.from(host)]);

const tagOf = (
  { keyId, host }: { readonly keyId: Buffer; readonly host: Host },
  plaintext: Buffer,
  { macKey }: TrackingKey,
): Buffer =>
  createHmac('sha256', macKey)
    .update(keyId)
    .update(hostBytes(host))
    .update(plaintext)
    .digest()
    .subarray(0, TAG_BYTES);

/** AES-256-CTR with the tag as its first counter block. NIST SP 800-38A §6.5. Counter mode is its own inverse. */
const crypt = (bytes: Buffer, tag: Buffer, { encryptionKey }: TrackingKey): Buffer =>
  createCipheriv('aes-256-ctr', encryptionKey, tag).update(bytes);

/**
 * A token as base64url text: key id, tag, ciphertext. The tag is the MAC of the plaintext and also the first counter of the
 * cipher: the synthetic IV of RFC 5297. Sealing a token twice gives the same text, so preparing a message twice gives the same bytes.
 */
export function sealToken(token: Token, key: TrackingKey, host?: string): string {
  const keyId = Buffer.of(key.id);
  const plaintext = plaintextOf(token);
  const tag = tagOf({ keyId, host }, plaintext, key);
  return Buffer.concat([keyId, tag, crypt(plaintext, tag, key)]).toString('base64url');
}

/** The plaintext; `undefined` when another key sealed these bytes, for another host, or they were changed. */
const unseal = (bytes: Buffer, key: TrackingKey, host: Host): Buffer | undefined => {
  const tag = bytes.subarray(1, HEAD_BYTES);
  const plaintext = crypt(bytes.subarray(HEAD_BYTES), tag, key);
  const expected = tagOf({ keyId: bytes.subarray(0, 1), host }, plaintext, key);
  return timingSafeEqual(expected, tag) ? plaintext : undefined;
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

/** Checked even under a valid tag: a redirect leads to http or https only and holds no control character. */
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

/** The token, when one of the keys sealed exactly this text for this host; `undefined` for every other text. Never throws. */
export function openToken(text: string, keys: readonly TrackingKey[], host?: string): Token | undefined {
  if (text.length > MAX_TOKEN_CHARS || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // The last character may hold bits that decode to nothing; another spelling of a token is not that token.
  if (bytes.toString('base64url') !== text || bytes.length < HEAD_BYTES) return undefined;
  for (const key of keys) {
    if (key.id !== bytes[0]) continue;
    const plaintext = unseal(bytes, key, host);
    if (plaintext) return readToken(plaintext);
  }
  return undefined;
}

const paths = { click: 'c', open: 'o', unsubscribe: 'u' } as const;

/** Where the links of a message lead. */
export type Tracking = {
  /** Base of open, click and unsubscribe links. */
  readonly baseUrl: string;
  readonly key: TrackingKey;
  /** The host of an account that its links work on alone; absent: the host of the installation. */
  readonly host?: string;
};

/** The public address of a token. An open ends in `.gif`, so that mail clients take it for an image. */
export function trackingUrl({ baseUrl, key, host }: Tracking, token: Token): string {
  const base = baseUrl.endsWith('/') ? baseUrl.slice(0, -1) : baseUrl;
  const ending = token.type === 'open' ? '.gif' : '';
  return `${base}/${paths[token.type]}/${sealToken(token, key, host)}${ending}`;
}
