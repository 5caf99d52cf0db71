/**
 * Links to the sandbox's plain pages that a newcomer can open without a key: signed, for one account, for a day.
 * A link to one message opens nothing else; a link to the list opens what the list links to.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { idBytes, idOfBytes, publicId } from './id.ts';

const hourSeconds = 3_600;
const dayMs = 86_400_000;
const macSize = 20;
const idSize = 16;
const timeSize = 5;
/** The operator's link: every account. UUIDs are never all zero. */
const everyAccount = Buffer.alloc(idSize);

export type SandboxLink = {
  /** `undefined`: the operator's, for every account. */
  readonly accountId: string | undefined;
  /** `undefined`: the list, and so every message in it. */
  readonly boxId: string | undefined;
};

const macOf = (key: Buffer, head: Buffer, boxId: string | undefined): Buffer =>
  createHmac('sha256', key)
    .update(`sandbox-link:${boxId ?? 'list'}:`)
    .update(head)
    .digest()
    .subarray(0, macSize);

/** The token `t`. Good for 24 to 25 hours: expiry is on the hour, so that a link stays the same text for a while. */
export function signSandboxLink(key: Buffer, link: SandboxLink, now: Date): string {
  const expires = Math.ceil((now.getTime() + dayMs) / 1000 / hourSeconds) * hourSeconds;
  const head = Buffer.alloc(timeSize + idSize);
  head.writeUIntBE(expires, 0, timeSize);
  (link.accountId === undefined ? everyAccount : idBytes(link.accountId)).copy(head, timeSize);
  return Buffer.concat([head, macOf(key, head, link.boxId)]).toString('base64url');
}

/** Whose sandbox the token opens, when it opens this message (or, without one, the list). `undefined`: it does not. */
export function openSandboxLink(
  key: Buffer,
  token: string,
  { boxId, now }: { readonly boxId: string | undefined; readonly now: Date },
): { readonly accountId: string | undefined } | undefined {
  const bytes = Buffer.from(token, 'base64url');
  const head = bytes.subarray(0, timeSize + idSize);
  const mac = bytes.subarray(timeSize + idSize);
  if (mac.length !== macSize || bytes.toString('base64url') !== token) return undefined;
  // The list's token opens every message in it; one message's token opens that message.
  const subjects = boxId === undefined ? [undefined] : [undefined, boxId];
  if (!subjects.some((subject) => timingSafeEqual(mac, macOf(key, head, subject)))) return undefined;
  if (head.readUIntBE(0, timeSize) * 1000 < now.getTime()) return undefined;
  const account = head.subarray(timeSize);
  return { accountId: account.equals(everyAccount) ? undefined : idOfBytes(account) };
}

/** The page's address, as the API answers it and the command line prints it. */
export function sandboxUrl(publicUrl: string, token: string, boxId?: string): string {
  const path = boxId === undefined ? '/sandbox' : `/sandbox/${publicId('box', boxId)}`;
  return `${publicUrl.replace(/\/$/, '')}${path}?t=${token}`;
}
