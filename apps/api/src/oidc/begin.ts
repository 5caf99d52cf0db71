/** Begins a login at the provider: its URL, and the cookie that the answer is checked with. */
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyReply } from 'fastify';
import { setOidcCookie } from '../cookies.ts';
import type { Dependencies } from '../dependencies.ts';
import { type OidcPurpose, sealAttempt } from './attempt.ts';

export const CALLBACK = '/oidc/callback';

export const requireOidc = ({ oidc }: Pick<Dependencies, 'oidc'>): NonNullable<Dependencies['oidc']> => {
  if (oidc === undefined) throw new Refusal('not_found', { detail: 'this installation has no OIDC_ISSUER' });
  return oidc;
};

export async function beginOidc(
  purpose: OidcPurpose,
  reply: FastifyReply,
  dependencies: Dependencies,
): Promise<string> {
  const { url, secrets } = await requireOidc(dependencies).begin(`${dependencies.publicUrl}${CALLBACK}`);
  setOidcCookie(reply, sealAttempt(secrets, purpose, dependencies), dependencies);
  return url;
}
