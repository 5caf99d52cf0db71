/** docs/reliability.md S05, S06, S29: every route of /openapi.json with every kind of key. A new route is included without being named here. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { parsePublicId } from '@waybill/relay/id';
import { accountScopes } from '@waybill/relay/management/permissions';
import {
  bodies,
  call,
  everyRoute,
  hasParameter,
  isAdmin,
  isOfAddress,
  isOfPerson,
  isOpen,
  isOwn,
  isReading,
  type Route,
  urlOf,
} from './every-route.ts';
import { requireChange } from './newest-entry.ts';
import { addMember, type Browser, makeUser, openBrowser } from './people.ts';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Answer, type Ask, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
let owner: Seeded;
let stranger: Seeded;
let routes: readonly Route[];
let readOnly: Ask;
let revoked: Ask;

before(async () => {
  // Every route is asked with wrong keys, and the limits are not what is tested here.
  api = await openTestApi({ dependencies: { limits: { perKey: 1e9, failuresPerIp: 1e9, windowMs: 1_000 } } });
  owner = await seedAccount(api, 1);
  stranger = await seedAccount(api, 2);
  routes = await everyRoute(api);
  const scopes = accountScopes.filter((scope) => scope.endsWith(':read'));
  const made = await owner.ask('POST /v1/api-keys', { name: 'reader', scopes });
  readOnly = api.as(made.body.key);
  const doomed = await owner.ask('POST /v1/api-keys', { name: 'doomed' });
  await owner.ask(`DELETE /v1/api-keys/${doomed.body.id}`);
  revoked = api.as(doomed.body.key);
});
after(() => api.close());

async function each(
  what: string,
  ask: (route: Route) => Promise<void>,
  which: (route: Route) => boolean = () => true,
) {
  const wrong: string[] = [];
  for (const route of routes.filter(which))
    await ask(route).catch((error: Error) => wrong.push(`${route.method} ${route.path}: ${error.message}`));
  assert.deepEqual(wrong, [], what);
}

test('the description covers the API', () => {
  assert.ok(routes.length >= 50, `${routes.length} routes`);
  for (const { path } of routes) assert.match(path, /^\/(?:v1|emails|api-keys|domains|webhooks)(?:\/|$)/);
});

for (const [who, ask] of [
  ['anonymous', () => api.as(undefined)],
  ['a key that was revoked', () => revoked],
  [
    'a key with a letter changed',
    () => api.as(`${owner.key.slice(0, -1)}${owner.key.endsWith('0') ? '1' : '0'}`),
  ],
  ['a key of another product', () => api.as('sk_live_abcdef')],
] as const)
  test(`${who} gets 401 everywhere, as a problem that names no reason`, () =>
    each(
      who,
      async (route) => {
        const answer = await call(ask(), route, owner);
        assert.equal(answer.status, 401);
        assert.equal(answer.raw.headers['content-type'], 'application/problem+json; charset=utf-8');
        assert.match(String(answer.raw.headers['www-authenticate']), /^Bearer/);
        assert.match(answer.body.request_id, /^req_/);
      },
      (route) => !isOpen(route),
    ));

test('a key in the address is no key', () =>
  each(
    'key in URL',
    async (route) => {
      const url = `${urlOf(route, owner)}${urlOf(route, owner).includes('?') ? '&' : '?'}api_key=${owner.key}`;
      assert.equal((await api.as(undefined)(`${route.method} ${url}`)).status, 401);
    },
    (route) => !isOpen(route),
  ));

async function memberOf(of: Seeded): Promise<Browser> {
  const user = await makeUser(api);
  await addMember(api, user, { accountId: of.innerId, role: 'owner' });
  const browser = openBrowser(api);
  await browser.logIn(user);
  return browser;
}

test('a login session that was ended, and that of a disabled user, open nothing', async () => {
  const [ended, disabled] = [await memberOf(owner), await memberOf(owner)];
  const cookie = ended.cookies.get('waybill') ?? '';
  await ended.ask('DELETE /v1/session');
  ended.cookies.set('waybill', cookie);
  const { id } = (await disabled.ask('GET /v1/me')).body;
  const at = new Date();
  await api.dependencies.stores.users.change(parsePublicId('usr', id) ?? '', { disabledAt: at });
  for (const { ask } of [ended, disabled])
    await each(
      'ended',
      async (route) => assert.equal((await call(ask, route, owner)).status, 401),
      (route) => !isOpen(route),
    );
});

test('no change is made by a cookie from a page of another site, or without the name of the page', async () => {
  const browser = await memberOf(owner);
  const cookie = `waybill=${browser.cookies.get('waybill')}`;
  const crossSite = api.as(undefined, { cookie, origin: 'https://evil.test' });
  for (const ask of [crossSite, api.as(undefined, { cookie })])
    await each(
      'cross-site',
      async (route) => assert.equal((await call(ask, route, owner)).status, 403),
      (route) => route.method !== 'GET' && route.path.startsWith('/v1/') && !isOpen(route),
    );
  assert.equal((await browser.ask('GET /v1/session')).status, 200);
});

test("the owner of one account finds nothing of another's by a login session", async () => {
  const { ask } = await memberOf(stranger);
  await each(
    'stranger by session',
    async (route) => {
      const answer = await call(ask, route, owner);
      if (isOfAddress(route)) assert.ok(!answer.raw.body.includes(owner.ids.messages ?? '-'));
      else assert.equal(answer.status, 404, answer.raw.body);
    },
    (route) => hasParameter(route) && !isOpen(route) && route.path.startsWith('/v1/'),
  );
  const inside = { 'waybill-account': owner.id };
  await each(
    'named',
    async (route) => assert.equal((await ask(`GET ${route.path}`, undefined, inside)).status, 404),
    (route) =>
      route.method === 'GET' &&
      ![hasParameter, isOwn, isOpen].some((is) => is(route)) &&
      route.path.startsWith('/v1/'),
  );
});

test("another account's ids are not found, whatever is asked of them", () =>
  each(
    'stranger',
    async (route) => {
      const answer = await call(stranger.ask, route, owner);
      if (isOfAddress(route)) {
        assert.ok(!answer.raw.body.includes(owner.ids.messages ?? ''), answer.raw.body);
        return;
      }
      assert.equal(answer.status, 404, answer.raw.body);
    },
    (route) => hasParameter(route) && !isOwn(route) && !isOpen(route),
  ));

test("lists never show another account's things", () =>
  each(
    'lists',
    async (route) => {
      const { body } = (await stranger.ask(`GET ${route.path}`)).raw;
      for (const [of, id] of Object.entries(owner.ids)) assert.ok(!body.includes(id), `${of} of the owner`);
      assert.ok(!body.includes('Secret 1') && !body.includes(owner.suppressed));
    },
    (route) => route.method === 'GET' && !hasParameter(route) && !isAdmin(route),
  ));

test("an account's key does not see that there are operator routes", () =>
  each('admin', async (route) => assert.equal((await call(owner.ask, route, owner)).status, 404), isAdmin));

test('the header Waybill-Account does not move a key of an account', async () => {
  const answer = await stranger.ask('GET /v1/account', undefined, { 'waybill-account': owner.id });
  assert.equal(answer.body.id, stranger.id);
});

test('a key for reading reads everything of its account and changes nothing', () =>
  each(
    'read-only',
    async (route) => {
      const { status } = await call(readOnly, route, owner);
      assert.equal(status, isReading(route) ? 200 : 403);
    },
    (route) => !isAdmin(route) && !isOwn(route) && !isOpen(route),
  ));

test('ids of another account in a query or a body are unknown', async () => {
  const credential = await stranger.ask(`GET /v1/messages?credential=${owner.ids['smtp-credentials']}`);
  assert.deepEqual(credential.body.data, []);
  const stream = await stranger.ask(`GET /v1/messages?stream=${owner.ids.streams}`);
  assert.deepEqual(stream.body.data, []);
  const body = { name: 'x', stream_id: owner.ids.streams };
  assert.equal((await stranger.ask('POST /v1/smtp-credentials', body)).status, 400);
  const suppression = { address: 'x@example.com', stream_id: owner.ids.streams };
  assert.equal((await stranger.ask('POST /v1/suppressions', suppression)).status, 400);
  const content = `/v1/messages/${stranger.ids.messages}/content?part=delivered&delivery=${owner.ids.deliveries}`;
  assert.equal((await stranger.ask(`GET ${content}`)).status, 404);
  const own = `/v1/messages/${owner.ids.messages}/content?part=delivered&delivery=${owner.ids.deliveries}`;
  assert.equal((await owner.ask(`GET ${own}`)).status, 200);
});

test('a field that is not ours to set is refused, not ignored', () =>
  each(
    'mass assignment',
    async (route) => {
      const given = bodies[`${route.method} ${route.path}`]?.(owner) as object;
      for (const field of ['account_id', 'id', 'status', 'accountId', 'created_at', '__proto__x']) {
        const ask = isAdmin(route) ? api.operator : owner.ask;
        const answer = await ask(`${route.method} ${urlOf(route, owner)}`, {
          ...given,
          [field]: stranger.id,
        });
        assert.equal(answer.status, 400, `${field}: ${answer.raw.body}`);
      }
    },
    (route) => bodies[`${route.method} ${route.path}`] !== undefined,
  ));

const auditCount = async (): Promise<number> =>
  Number((await api.test.database.pool.query('SELECT count(*) AS n FROM audit_entry')).rows[0].n);

/** A message is its own record of sending. */
const leavesItsOwnTrace = new Set([
  'POST /emails',
  'POST /emails/batch',
  'POST /v1/messages',
  'POST /v1/messages/raw',
  'POST /v1/messages/batch',
]);

/** What removes things comes last, so that the others find them. */
const destructive = ({ method, path }: Route): number => {
  if (path === '/v1/messages/{id}/retry') return 0;
  if (path.endsWith('/cancel')) return 1;
  // What is not deleted cannot be undeleted.
  if (path.endsWith('/undelete')) return 4;
  if (method !== 'DELETE') return 0;
  return path.includes('{') ? 2 : 3;
};

/** In an account's area, but the operator's to do. */
const isOperatorsOnly = ({ path }: Route): boolean => path === '/v1/from-addresses/{id}/vouch';

test("what only the operator does in an account is refused to the account's own key, and leaves no entry", () =>
  each(
    'operator only',
    async (route) => {
      const before = await auditCount();
      assert.equal((await call(owner.ask, route, owner)).status, 403);
      assert.equal(await auditCount(), before);
    },
    isOperatorsOnly,
  ));

const isUnchanged = ({ status, body }: Answer): boolean =>
  status === 409 || body?.removed === 0 || body?.changed === 0;

const isIdle = ({ status }: Answer, name: string): boolean =>
  status === 409 &&
  /\/(dkim\/rotate|release|confirmation|cancel)$|^PATCH \/(v1\/messages|emails)\//.test(name);

/** What is wrong with the answer to the owner, or with what it left in the audit log. */
async function wrongFor(route: Route): Promise<readonly string[]> {
  const before = await auditCount();
  const answer = await call(owner.ask, route, owner);
  const entries = (await auditCount()) - before;
  const name = `${route.method} ${route.path}`;
  const expected = isReading(route) || leavesItsOwnTrace.has(name) || isUnchanged(answer) ? 0 : 1;
  if (!isIdle(answer, name) && answer.status >= 300) return [`${name}: ${answer.status} ${answer.raw.body}`];
  if (entries !== expected) return [`${name}: ${entries} entries`];
  if (entries === 0) return [];
  return requireChange(api).then(
    () => [],
    (error: Error) => [`${name}: ${error.message}`],
  );
}

test('the owner may do all of it, and every change leaves exactly one entry, with what stood before and after', async () => {
  const ordered = routes
    .filter((route) => ![isAdmin, isOperatorsOnly, isOfPerson, isOwn, isOpen].some((is) => is(route)))
    .toSorted((a, b) => destructive(a) - destructive(b));
  const wrong: string[] = [];
  for (const route of ordered) wrong.push(...(await wrongFor(route)));
  assert.deepEqual(wrong, []);
});

test('the operator may do all of theirs, written down as well', async () => {
  const network = await api.operator('POST /v1/admin/ip-networks', { cidr: '10.76.0.0/24' });
  const of = { ...stranger, ids: { ...stranger.ids, 'ip-networks': network.body.id } };
  const ordered = routes.filter(isAdmin).toSorted((a, b) => destructive(a) - destructive(b));
  for (const route of ordered) {
    const before = await auditCount();
    const answer = await call(api.operator, route, of);
    assert.ok(answer.status < 300, `${route.method} ${route.path}: ${answer.raw.body}`);
    assert.equal((await auditCount()) - before, isReading(route) ? 0 : 1, `${route.method} ${route.path}`);
    if (!isReading(route)) await requireChange(api);
  }
  assert.deepEqual((await api.dependencies.stores.auditLog.verify()).ok, true);
});

test('the keys of an account that is being deleted open nothing', async () => {
  assert.equal((await stranger.ask('GET /v1/account')).status, 200);
  await api.operator(`DELETE /v1/admin/accounts/${stranger.id}`);
  assert.equal((await stranger.ask('GET /v1/account')).body.code, 'account_deleting');
});

test('an operator inside an account is written down for reading too', async () => {
  const before = await auditCount();
  const inside = await api.operator('GET /v1/messages', undefined, { 'waybill-account': owner.id });
  assert.equal(inside.status, 200);
  assert.equal((await auditCount()) - before, 1);
  const [entry] = (await api.operator('GET /v1/admin/audit-log?limit=1')).body.data;
  assert.equal(entry.action, 'account.visited');
  assert.equal(entry.account_id, owner.id);
});

test('an operator’s key acts in no account by itself', async () => {
  assert.equal((await api.operator('GET /v1/messages')).status, 403);
  const anonymous = await api.operator('GET /v1/messages', undefined, {
    'waybill-account': 'acc_00000000000000000000000000',
  });
  assert.equal(anonymous.status, 404);
});

test('ids that are none are not found', async () => {
  for (const id of [
    '1',
    'msg_1',
    owner.ids.domains ?? '',
    `${owner.ids.messages}0`,
    parsePublicId('msg', owner.ids.messages ?? '') ?? '',
  ])
    assert.equal((await owner.ask(`GET /v1/messages/${id}`)).status, 404, id);
});
