/**
 * Links to the sandbox's plain pages that a newcomer can open without a key: signed, for one account, for a day.
 * A link to one message opens nothing else; a link to the list opens what the list links to.
 */
import { publicId } from '../id.ts';
import { openLink, signLink } from './signed-link.ts';

const hourSeconds = 3_600;
const dayMs = 86_400_000;

export type SandboxLink = {
  /** `undefined`: the operator's, for every account. */
  readonly accountId: string | undefined;
  /** `undefined`: the list, and so every message in it. */
  readonly boxId: string | undefined;
};

const subjectOf = (boxId: string | undefined): string => `sandbox-link:${boxId ?? 'list'}`;

/** The token `t`. Good for 24 to 25 hours: expiry is on the hour, so that a link stays the same text for a while. */
export function signSandboxLink(key: Buffer, { accountId, boxId }: SandboxLink, now: Date): string {
  const expires = Math.ceil((now.getTime() + dayMs) / 1000 / hourSeconds) * hourSeconds;
  return signLink(key, { accountId, subject: subjectOf(boxId), expires });
}

/** Whose sandbox the token opens, when it opens this message (or, without one, the list). `undefined`: it does not. */
export function openSandboxLink(
  key: Buffer,
  token: string,
  { boxId, now }: { readonly boxId: string | undefined; readonly now: Date },
): { readonly accountId: string | undefined } | undefined {
  // The list's token opens every message in it; one message's token opens that message.
  const subjects = boxId === undefined ? [undefined] : [undefined, boxId];
  return openLink(key, token, { subjects: subjects.map(subjectOf), now });
}

/** The page's address, as the API answers it and the command line prints it. */
export function sandboxUrl(publicUrl: string, token: string, boxId?: string): string {
  const path = boxId === undefined ? '/sandbox' : `/sandbox/${publicId('box', boxId)}`;
  return `${publicUrl.replace(/\/$/, '')}${path}?t=${token}`;
}
