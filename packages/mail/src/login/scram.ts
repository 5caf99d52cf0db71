/**
 * The server's side of SCRAM-SHA-256 as pure functions: the password is neither sent nor kept. RFC 5802, RFC 7677.
 * Channel binding (-PLUS) is not offered.
 */
import { createHash, createHmac, type KeyObject, pbkdf2Sync, timingSafeEqual } from 'node:crypto';

/** All that a server keeps. RFC 5802 §3. */
export type ScramKeys = {
  readonly salt: Buffer;
  readonly iterations: number;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
};

/** The first message of the client. RFC 5802 §5. */
export type ClientFirst = {
  /** `n,,` or `y,,` with an optional authzid; comes back base64-encoded in the final message. */
  readonly gs2Header: string;
  /** Empty when the client acts for itself. */
  readonly authzid: string;
  readonly username: string;
  readonly nonce: string;
  /** The message without the GS2 header: the first part of what is signed. */
  readonly bare: string;
};

/** The state of a SCRAM login between its messages. RFC 5802 §3. */
export type ScramExchange = {
  readonly first: ClientFirst;
  readonly keys: ScramKeys;
  /** To be sent as the challenge. */
  readonly serverFirst: string;
};

const HASH_BYTES = 32;
/** RFC 7677 §4: at least so many. */
const MIN_ITERATIONS = 4096;

const hmac = (key: Buffer | KeyObject, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest();
const hash = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

/** RFC 5802 §3. For generated secrets of 128 bits and more the minimum of iterations is enough: no dictionary holds them. */
export function deriveScramKeys(secret: string, salt: Buffer, iterations = MIN_ITERATIONS): ScramKeys {
  const salted = pbkdf2Sync(secret, salt, iterations, HASH_BYTES, 'sha256');
  return {
    salt,
    iterations,
    storedKey: hash(hmac(salted, 'Client Key')),
    serverKey: hmac(salted, 'Server Key'),
  };
}

/**
 * Keys for a user that does not exist. The same user gets the same salt every time, as an existing one does, and the exchange
 * fails at its end, so that a client cannot find out which names exist. RFC 5802 §9.
 */
export function decoyScramKeys(username: string, key: KeyObject, iterations = MIN_ITERATIONS): ScramKeys {
  const part = (label: string): Buffer => hmac(key, `scram ${label} ${username}`);
  const [storedKey, serverKey] = [part('stored'), part('server')];
  return { salt: part('salt').subarray(0, 16), iterations, storedKey, serverKey };
}

/** A saslname: `,` and `=` travel as `=2C` and `=3D`, any other use of `=` is wrong. RFC 5802 §5.1. */
const decodeName = (name: string): string | undefined =>
  /^(?:[^=,\0]|=2C|=3D)+$/.test(name) ? name.replaceAll('=2C', ',').replaceAll('=3D', '=') : undefined;

const clientFirst =
  /^(?<gs2Header>[ny],(?:a=(?<authzid>[^,]+))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[!-+\--~]{8,256}))(?:,[A-Za-z]=[^,\0]*)*$/;

/** `undefined` for anything but a client-first-message without channel binding and without mandatory extensions. RFC 5802 §7. */
export function parseClientFirst(message: string): ClientFirst | undefined {
  const { gs2Header = '', authzid, name = '', nonce = '' } = clientFirst.exec(message)?.groups ?? {};
  const username = decodeName(name);
  const actsFor = authzid === undefined ? '' : decodeName(authzid);
  if (username === undefined || actsFor === undefined) return undefined;
  return { gs2Header, authzid: actsFor, username, nonce, bare: message.slice(gs2Header.length) };
}

/** The answer to the first message. The server's nonce must be fresh and random, without a comma. */
export function startScram(first: ClientFirst, serverNonce: string, keys: ScramKeys): ScramExchange {
  const salt = keys.salt.toString('base64');
  return { first, keys, serverFirst: `r=${first.nonce}${serverNonce},s=${salt},i=${keys.iterations}` };
}

const clientFinal =
  /^(?<unproven>c=(?<binding>[A-Za-z0-9+/=]+),r=(?<nonce>[^,]+)(?:,[A-Za-z]=[^,\0]*)*),p=(?<proof>[A-Za-z0-9+/=]+)$/;

const xor = (left: Buffer, right: Buffer): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));

/** The server-final-message for a client that knows the secret, `undefined` for any other. RFC 5802 §3, §7. */
export function finishScram(
  { first, keys, serverFirst }: ScramExchange,
  message: string,
): string | undefined {
  const { unproven = '', binding, nonce, proof = '' } = clientFinal.exec(message)?.groups ?? {};
  const isSameExchange =
    binding === Buffer.from(first.gs2Header).toString('base64') && serverFirst.startsWith(`r=${nonce},`);
  const clientProof = Buffer.from(proof, 'base64');
  if (!isSameExchange || clientProof.length !== HASH_BYTES) return undefined;
  const authMessage = `${first.bare},${serverFirst},${unproven}`;
  const clientKey = xor(clientProof, hmac(keys.storedKey, authMessage));
  if (!timingSafeEqual(hash(clientKey), keys.storedKey)) return undefined;
  return `v=${hmac(keys.serverKey, authMessage).toString('base64')}`;
}
