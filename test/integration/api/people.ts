/** Users with a password, and browsers that keep cookies and send their own `Origin`. */
import { randomBytes } from 'node:crypto';
import { makeId, publicId } from '@waybill/relay/id';
import type { Role } from '@waybill/relay/management/roles';
import type { Answer, TestApi } from './test-api.ts';

export const PASSWORD = 'correct horse battery staple';

export type TestUser = { readonly id: string; readonly innerId: string; readonly email: string };

const hashes = new WeakMap<TestApi, Promise<string>>();

/** One hash serves all users of an installation, because making it takes a while. */
function hashOf(api: TestApi): Promise<string> {
  const known = hashes.get(api) ?? api.dependencies.passwords.hash(PASSWORD);
  hashes.set(api, known);
  return known;
}

export async function addMember(
  { test }: TestApi,
  { innerId }: TestUser,
  { accountId, role }: { readonly accountId: string; readonly role: Role },
): Promise<void> {
  await test.database.pool.query(
    'INSERT INTO membership (account_id, user_id, role, created_at) VALUES ($1, $2, $3, now())',
    [accountId, innerId, role],
  );
}

let count = 0;

export async function makeUser(
  api: TestApi,
  of: { readonly email?: string; readonly isOperator?: boolean } = {},
): Promise<TestUser> {
  const innerId = makeId(new Date(), randomBytes(10));
  const { email } = await api.dependencies.stores.users.create({
    id: innerId,
    email: of.email ?? `user-${count++}@example.com`,
    name: 'Ada',
    passwordHash: await hashOf(api),
    isOperator: of.isOperator ?? false,
    createdAt: new Date(),
  });
  return { id: publicId('usr', innerId), innerId, email };
}

export type Browser = {
  ask(what: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  logIn(
    user: Pick<TestUser, 'email'>,
    more?: Record<string, unknown>,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  readonly cookies: Map<string, string>;
};

export function openBrowser(api: TestApi, origin = 'http://127.0.0.1:3000'): Browser {
  const cookies = new Map<string, string>();
  const ask: Browser['ask'] = async (what, body, headers = {}) => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const sent = { origin, ...(cookie === '' ? {} : { cookie }), ...headers };
    const answer = await api.as(undefined)(what, body, sent);
    for (const line of [answer.raw.headers['set-cookie'] ?? []].flat()) {
      const [, name = '', value = '', rest = ''] = /^([^=]+)=([^;]*)(.*)$/.exec(line) ?? [];
      if (/Max-Age=0(?:;|$)/.test(rest)) cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  return {
    ask,
    cookies,
    logIn: ({ email }, more = {}, headers = {}) =>
      ask('POST /v1/session', { email, password: PASSWORD, ...more }, headers),
  };
}
