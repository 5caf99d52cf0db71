/**
 * Links to pages of the sandbox that open without a key: signed, for one account, for a day. A link to one message opens only
 * that message; a link to the list opens every message in the list.
 */
import { publicId } from '../id.ts';
import { openLink, signLink } from './signed-link.ts';

const hourSeconds = 3_600;
const dayMs = 86_400_000;

/** The sandbox pages that a link opens. */
export type SandboxLink = {
  /** `undefined`: a link of the operator, for every account. */
  readonly accountId: string | undefined;
  /** `undefined`: the list and every message in it. */
  readonly boxId: string | undefined;
};

const subjectOf = (boxId: string | undefined): string => `sandbox-link:${boxId ?? 'list'}`;

/** The token `t`, valid for 24 to 25 hours. It expires on the hour, so that the same link is printed within an hour. */
export function signSandboxLink(key: Buffer, { accountId, boxId }: SandboxLink, now: Date): string {
  const expires = Math.ceil((now.getTime() + dayMs) / 1000 / hourSeconds) * hourSeconds;
  return signLink(key, { accountId, subject: subjectOf(boxId), expires });
}

/** The account whose sandbox the token opens. `undefined`: the token does not open this message (or, without `boxId`, the list). */
export function openSandboxLink(
  key: Buffer,
  token: string,
  { boxId, now }: { readonly boxId: string | undefined; readonly now: Date },
): { readonly accountId: string | undefined } | undefined {
  // The token of the list opens every message in it; the token of a message opens that message.
  const subjects = boxId === undefined ? [undefined] : [undefined, boxId];
  return openLink(key, token, { subjects: subjects.map(subjectOf), now });
}

/** The URL of the page, for the API and the command line. */
export function sandboxUrl(publicUrl: string, token: string, boxId?: string): string {
  const path = boxId === undefined ? '/sandbox' : `/sandbox/${publicId('box', boxId)}`;
  return `${publicUrl.replace(/\/$/, '')}${path}?t=${token}`;
}
