/** A real provider of OpenID Connect in this process, and a person who logs in there with any name. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export type TestProvider = {
  readonly issuer: string;
  /** Follows the provider from its URL until it leads back, and returns that URL. */
  logIn(url: string, name: string): Promise<string>;
  close(): Promise<void>;
};

/** The provider warns of what is for development only. */
function withoutWarnings<T>(work: () => T): T {
  const { warn, info } = console;
  Object.assign(console, { warn: () => undefined, info: () => undefined });
  try {
    return work();
  } finally {
    Object.assign(console, { warn, info });
  }
}

export async function startOidcProvider(redirectUrl: string): Promise<TestProvider> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = withoutWarnings(
    () =>
      new Provider(issuer, {
        clients: [{ client_id: 'waybill', client_secret: 'secret', redirect_uris: [redirectUrl] }],
        claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
        conformIdTokenClaims: false,
        pkce: { required: () => true },
        cookies: { keys: ['test'] },
        ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
        findAccount: (_context: unknown, id: string) => ({
          accountId: id,
          claims: async () => ({ sub: id, email: `${id}@provider.test`, name: `${id} at the provider` }),
        }),
      }),
  );
  server.on('request', provider.callback());
  return {
    issuer,
    logIn: (url, name) => follow(url, { name, until: redirectUrl }),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const formType = { 'content-type': 'application/x-www-form-urlencoded' };

type Step = { readonly url: string; readonly body: string | undefined };

/** The forms of the provider are its own: one asks who logs in, one whether the client may know. */
const formOf = (page: string, name: string): string =>
  page.includes('value="login"') ? `prompt=login&login=${name}&password=x` : 'prompt=consent';

/** One request, with the cookies of those before. */
async function take({ url, body }: Step, name: string, cookies: Map<string, string>): Promise<Step> {
  const cookie = [...cookies].map(([key, value]) => `${key}=${value}`).join('; ');
  const sent = body === undefined ? {} : { method: 'POST', body };
  const headers = { cookie, ...(body === undefined ? {} : formType) };
  const answer = await fetch(url, { ...sent, headers, redirect: 'manual' });
  for (const line of answer.headers.getSetCookie()) {
    const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    cookies.set(key, value);
  }
  const next = answer.headers.get('location');
  if (next !== null) return { url: new URL(next, url).href, body: undefined };
  return { url, body: formOf(await answer.text(), name) };
}

const MOST_STEPS = 20;

async function follow(
  from: string,
  { name, until }: { readonly name: string; readonly until: string },
): Promise<string> {
  const cookies = new Map<string, string>();
  let step: Step = { url: from, body: undefined };
  for (let count = 0; count < MOST_STEPS && !step.url.startsWith(until); count++)
    step = await take(step, name, cookies);
  return step.url;
}
