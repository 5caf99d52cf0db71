/** OpenID Connect by `openid-client`, which is loaded at the first use: code flow with PKCE, state and nonce. */
import type { Log } from '@waybill/io/log/log';
import { isLoopback } from '@waybill/relay/domains/networks';
import type { OidcProtocol } from '@waybill/relay/people/oidc';
import type { Configuration } from 'openid-client';

const load = () => import('openid-client');

export type OidcSettings = {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string | undefined;
  readonly name: string;
};

async function discover({ issuer, clientId, clientSecret }: OidcSettings): Promise<Configuration> {
  const client = await load();
  const url = new URL(issuer);
  const proof = clientSecret === undefined ? client.None() : client.ClientSecretBasic(clientSecret);
  // Plain HTTP never leaves this machine.
  const isLocal = url.protocol === 'http:' && isLoopback(url.hostname);
  const options = isLocal ? { execute: [client.allowInsecureRequests] } : {};
  return client.discovery(url, clientId, undefined, proof, options);
}

/** The metadata of the provider is read once; after a failure again at the next use. */
function openConfiguration(settings: OidcSettings): () => Promise<Configuration> {
  let known: Promise<Configuration> | undefined;
  return () => {
    known ??= discover(settings).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value.replace(/\p{Cc}/gu, '').slice(0, 200) : undefined;

export function oidcProtocol(settings: OidcSettings, log: Log): OidcProtocol {
  const configuration = openConfiguration(settings);
  return {
    name: settings.name,
    issuer: settings.issuer,
    async begin(redirectUrl) {
      const client = await load();
      const verifier = client.randomPKCECodeVerifier();
      const secrets = { verifier, state: client.randomState(), nonce: client.randomNonce() };
      const url = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: redirectUrl,
        scope: 'openid email profile',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state: secrets.state,
        nonce: secrets.nonce,
      });
      return { url: url.href, secrets };
    },
    async finish(answerUrl, { state, nonce, verifier }) {
      const client = await load();
      try {
        const tokens = await client.authorizationCodeGrant(await configuration(), new URL(answerUrl), {
          pkceCodeVerifier: verifier,
          expectedState: state,
          expectedNonce: nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) return undefined;
        // The issuer as it is configured: a provider that changes its spelling must not lose its users.
        return {
          issuer: settings.issuer,
          subject: claims.sub,
          name: textOf(claims.name) ?? textOf(claims.email),
        };
      } catch (err) {
        log.warn({ err }, 'login by OpenID Connect failed');
        return undefined;
      }
    },
  };
}
