/**
 * The messages of SMTP AUTH (RFC 4954) with the mechanisms PLAIN (RFC 4616), LOGIN, CRAM-MD5 (RFC 2195) and EXTERNAL
 * (RFC 4422 appendix A), as values.
 * Secrets are generated and ASCII, so SASLprep (RFC 4013) would change nothing and is left out.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** RFC 4954 §4: an exchange line has at most 12,288 bytes. */
const MAX_AUTH_LINE_BYTES = 12_288;
/** RFC 4616 §2: no part of PLAIN is longer than 255 bytes. */
const MAX_PART_BYTES = 255;

/**
 * Decodes a line of the exchange. `undefined` is what RFC 4954 §4 answers by 501 5.5.2: letters that base64 does not have,
 * wrong padding, anything behind it, stray bits, too long. An empty line is an empty response.
 */
export function decodeBase64(line: string): Buffer | undefined {
  if (line.length > MAX_AUTH_LINE_BYTES || line.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(line, 'base64');
  return bytes.toString('base64') === line ? bytes : undefined;
}

/** The initial response of the AUTH command: `=` alone is an empty one. RFC 4954 §4. */
export const decodeInitialResponse = (word: string): Buffer | undefined =>
  word === '=' ? Buffer.alloc(0) : word === '' ? undefined : decodeBase64(word);

/** A client's `*` takes the AUTH back: 501 5.7.0. RFC 4954 §4. */
export const isCancelled = (line: string): boolean => line === '*';

const utf8 = (bytes: Buffer): string | undefined => {
  const text = bytes.toString('utf8');
  return Buffer.from(text).equals(bytes) ? text : undefined;
};

/** The user name and the password of AUTH PLAIN. RFC 4616 §2. */
export type PlainCredentials = {
  /** The user that the client wants to act for; empty: itself. The caller must compare it, because no user may act for another one. */
  readonly authzid: string;
  readonly username: string;
  readonly password: string;
};

/** `authzid NUL authcid NUL passwd`, each of the last two not empty. RFC 4616 §2. */
export function parsePlain(message: Buffer): PlainCredentials | undefined {
  const [authzid, username, password, ...rest] = utf8(message)?.split('\0') ?? [];
  if (authzid === undefined || !username || !password || rest.length > 0) return undefined;
  const isShort = [authzid, username, password].every((part) => Buffer.byteLength(part) <= MAX_PART_BYTES);
  return isShort ? { authzid, username, password } : undefined;
}

/** Whom a client of EXTERNAL wants to act for: empty, or text without NUL. RFC 4422 appendix A.1. */
export function parseExternal(message: Buffer): string | undefined {
  const authzid = utf8(message);
  const isText = authzid !== undefined && !authzid.includes('\0') && message.length <= MAX_PART_BYTES;
  return isText ? authzid : undefined;
}

/** The prompts of LOGIN, which no RFC describes. Clients look for these very words. */
export const loginPrompts = { username: 'Username:', password: 'Password:' } as const;

/** An answer to a LOGIN prompt. */
export function parseLoginAnswer(message: Buffer): string | undefined {
  const text = utf8(message);
  const isAnswer = text && !text.includes('\0') && message.length <= MAX_PART_BYTES;
  return isAnswer ? text : undefined;
}

/** What a CRAM-MD5 challenge is made from. RFC 2195 §2. */
export type CramSeed = {
  /** Random, never used twice: a repeated challenge can be answered from a recording. */
  readonly nonce: string;
  readonly at: Date;
  readonly host: string;
};

/** `<nonce.timestamp@host>`, the form of a message identifier. RFC 2195 §2. */
export const formatCramChallenge = ({ nonce, at, host }: CramSeed): string =>
  `<${nonce}.${Math.floor(at.getTime() / 1000)}@${host}>`;

/** The answer of a client to a CRAM-MD5 challenge. RFC 2195 §2. */
export type CramAnswer = { readonly username: string; readonly digest: Buffer };

/** `user digest`: the digest is 32 lower-case hex digits, the user may contain spaces. RFC 2195 §2. */
export function parseCramAnswer(message: Buffer): CramAnswer | undefined {
  const [, username, digest] = /^([^\0]+) ([0-9a-f]{32})$/.exec(utf8(message) ?? '') ?? [];
  if (username === undefined || digest === undefined) return undefined;
  const isShort = Buffer.byteLength(username) <= MAX_PART_BYTES;
  return isShort ? { username, digest: Buffer.from(digest, 'hex') } : undefined;
}

/** Compares in constant time. For an unknown user call it with a made-up secret, so that the time tells nothing either. */
export function isCramAnswer(challenge: string, secret: string, { digest }: CramAnswer): boolean {
  return timingSafeEqual(createHmac('md5', secret).update(challenge).digest(), digest);
}
