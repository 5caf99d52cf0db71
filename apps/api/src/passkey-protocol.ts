/** WebAuthn by `@simplewebauthn/server`, which is loaded at the first use. The relying party is the host of the public URL. */
import { isLoopback } from '@waybill/relay/domains/networks';
import type { PasskeyProtocol } from '@waybill/relay/people/passkeys';
import { Refusal } from '@waybill/relay/refusal';

const load = () => import('@simplewebauthn/server');

export type Party = { readonly id: string; readonly origin: string };

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');

/** An IP address cannot be a relying party: on this machine it is `localhost`, elsewhere passkeys do not work. WebAuthn §5.1.2. */
export function partyOf(publicUrl: string): Party {
  const { protocol, hostname, port, origin } = new URL(publicUrl);
  if (!isAddress(hostname)) return { id: hostname, origin };
  if (!isLoopback(hostname))
    throw new Refusal('conflict', {
      detail: 'passkeys need a host name, and WAYBILL_PUBLIC_URL has an IP address',
    });
  return { id: 'localhost', origin: `${protocol}//localhost${port === '' ? '' : `:${port}`}` };
}

export const passkeyProtocol = (publicUrl: string): PasskeyProtocol => ({
  async registrationOptions(user, known) {
    const { id } = partyOf(publicUrl);
    const { generateRegistrationOptions } = await load();
    const options = await generateRegistrationOptions({
      rpName: 'Waybill',
      rpID: id,
      userID: new TextEncoder().encode(user.id),
      userName: user.email,
      userDisplayName: user.name,
      attestationType: 'none',
      excludeCredentials: known.map(({ credentialId }) => ({ id: credentialId })),
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
    return options as never;
  },

  async loginOptions() {
    const { id } = partyOf(publicUrl);
    const { generateAuthenticationOptions } = await load();
    return (await generateAuthenticationOptions({ rpID: id, userVerification: 'required' })) as never;
  },

  async verifyRegistration(answer, isIssued) {
    const party = partyOf(publicUrl);
    const { verifyRegistrationResponse } = await load();
    const asked = {
      response: answer as never,
      expectedChallenge: isIssued,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: true,
    };
    // The library throws for every answer that does not verify.
    const { registrationInfo } = await verifyRegistrationResponse(asked).catch(() => ({
      registrationInfo: undefined,
    }));
    if (registrationInfo === undefined) return undefined;
    const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
    return { credentialId: id, publicKey: Buffer.from(publicKey), counter, transports };
  },

  async verifyLogin(answer, { credentialId, publicKey, counter }, isIssued) {
    const party = partyOf(publicUrl);
    const { verifyAuthenticationResponse } = await load();
    const asked = {
      response: answer as never,
      expectedChallenge: isIssued,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter },
      requireUserVerification: true,
    };
    const verified = await verifyAuthenticationResponse(asked).catch(() => undefined);
    return verified?.verified ? verified.authenticationInfo.newCounter : undefined;
  },
});
