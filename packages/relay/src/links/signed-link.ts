/** Signed tokens that open one subject of one account until they expire, without a key. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { idBytes, idOfBytes } from '../id.ts';

const macSize = 20;
const idSize = 16;
const timeSize = 5;
const headSize = timeSize + idSize;
/** The account bytes of a link of the operator, for every account. No UUID is all zero. */
const everyAccount = Buffer.alloc(idSize);

const macOf = (key: Buffer, head: Buffer, subject: string): Buffer =>
  createHmac('sha256', key).update(`${subject}:`).update(head).digest().subarray(0, macSize);

/** The content of a signed link. */
export type SignedLink = {
  /** `undefined`: a link of the operator, for every account. */
  readonly accountId: string | undefined;
  /** The name of the opened object, different for each kind of link. */
  readonly subject: string;
  /** Seconds since 1970. */
  readonly expires: number;
};

/** The token of a link as base64url: expiry, account and MAC (HMAC-SHA-256, 20 bytes). */
export function signLink(key: Buffer, { accountId, subject, expires }: SignedLink): string {
  const head = Buffer.alloc(headSize);
  head.writeUIntBE(expires, 0, timeSize);
  (accountId === undefined ? everyAccount : idBytes(accountId)).copy(head, timeSize);
  return Buffer.concat([head, macOf(key, head, subject)]).toString('base64url');
}

/** The account of a token that opens one of these subjects. `undefined`: the token is invalid, has expired or has another subject. */
export function openLink(
  key: Buffer,
  token: string,
  { subjects, now }: { readonly subjects: readonly string[]; readonly now: Date },
): { readonly accountId: string | undefined } | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const head = bytes.subarray(0, headSize);
  const mac = bytes.subarray(headSize);
  if (mac.length !== macSize || bytes.toString('base64url') !== token) return undefined;
  if (!subjects.some((subject) => timingSafeEqual(mac, macOf(key, head, subject)))) return undefined;
  if (head.readUIntBE(0, timeSize) * 1000 < now.getTime()) return undefined;
  const account = head.subarray(timeSize);
  return { accountId: account.equals(everyAccount) ? undefined : idOfBytes(account) };
}
