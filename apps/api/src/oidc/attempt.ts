/** A login at the provider that has begun: what the browser keeps until it comes back, sealed, in a cookie. */
import type { OidcSecrets } from '@waybill/relay/people/oidc';
import { z } from 'zod';
import type { Dependencies } from '../dependencies.ts';

const minute = 60_000;
const ATTEMPT_MS = 10 * minute;
const CONTEXT = 'oidc.attempt';

const purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('login') }),
  /** The user who asked, with its password. */
  z.object({ kind: z.literal('link'), userId: z.string() }),
  z.object({ kind: z.literal('invitation'), token: z.string() }),
]);
export type OidcPurpose = z.output<typeof purpose>;

const attempt = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  expiresAt: z.number(),
  purpose,
});
export type OidcAttempt = z.output<typeof attempt>;

type Ports = Pick<Dependencies, 'box' | 'now'>;

export const ATTEMPT_SECONDS = ATTEMPT_MS / 1_000;

export function sealAttempt(secrets: OidcSecrets, of: OidcPurpose, { box, now }: Ports): string {
  const text = JSON.stringify({ ...secrets, purpose: of, expiresAt: now().getTime() + ATTEMPT_MS });
  return box.seal(Buffer.from(text), CONTEXT).toString('base64url');
}

/** `undefined`: no attempt of this installation, or it is too old. */
export function openAttempt(sealed: string | undefined, { box, now }: Ports): OidcAttempt | undefined {
  if (sealed === undefined) return undefined;
  try {
    const read = attempt.parse(JSON.parse(box.open(Buffer.from(sealed, 'base64url'), CONTEXT).toString()));
    return read.expiresAt > now().getTime() ? read : undefined;
  } catch {
    // Another browser's cookie, or one of another key.
    return undefined;
  }
}
