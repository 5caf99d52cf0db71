/** Each row of the table of permissions with each kind of key, over HTTP: allowed or refused as the table says. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeId, publicId } from '@waybill/relay/id';
import {
  accountScopes,
  adminScope,
  openScope,
  ownScope,
  type Permission,
  permissions,
} from '@waybill/relay/management/permissions';
import type { Role } from '@waybill/relay/management/roles';
import { call, everyRoute, hasParameter, isOfAddress, nameOf, type Route } from './every-route.ts';
import { addMember, makeUser, openBrowser } from './people.ts';
import { type Seeded, seedAccount } from './seeded-account.ts';
import { type Ask, openTestApi, type TestApi } from './test-api.ts';

type Row = { readonly route: Route; readonly name: string; readonly permission: Permission };

let api: TestApi;
let owner: Seeded;
let stranger: Seeded;
/** The owner, with ids that no row has: what a key may do finds nothing, so a walk leaves the account as it is. */
let nowhere: Seeded;
let rows: readonly Row[];

before(async () => {
  // Every route is asked with wrong keys, and the limits are not what is tested here.
  api = await openTestApi({ dependencies: { limits: { perKey: 1e9, failuresPerIp: 1e9, windowMs: 1_000 } } });
  owner = await seedAccount(api, 1);
  stranger = await seedAccount(api, 2);
  const unknown = makeId(new Date(), randomBytes(10));
  const ids = Object.fromEntries(
    Object.entries(owner.ids).map(([of, id]) => [of, publicId(id.split('_')[0] as 'msg', unknown)]),
  );
  nowhere = { ...owner, ids, suppressed: 'unknown@example.com' };
  rows = (await everyRoute(api)).map((route) => {
    const name = nameOf(route);
    return { route, name, permission: permissions[name] as Permission };
  });
});
after(() => api.close());

test('the table has a row for each route that is described, and no other row', () => {
  assert.deepEqual(rows.map(({ name }) => name).toSorted(), Object.keys(permissions).toSorted());
});

/** A status is checked where the table refuses, and that it is no refusal of permission where the table allows. */
async function walk(ask: Ask, expected: (row: Row) => number | undefined): Promise<void> {
  const wrong: string[] = [];
  // To log out ends the walk of a session.
  for (const row of rows.filter(({ name }) => name !== 'DELETE /v1/session')) {
    const { status } = await call(ask, row.route, nowhere);
    const refused = expected(row);
    const isRight = refused === undefined ? ![401, 403].includes(status) && status < 500 : status === refused;
    if (!isRight) wrong.push(`${row.name}: ${status} and not ${refused ?? 'allowed'}`);
  }
  assert.deepEqual(wrong, []);
}

const spellings = ['*', ...new Set(accountScopes.flatMap((scope) => [scope, `${scope.split(':')[0]}:*`]))];

/** What a scope means, written apart from the product: `domains:*` is every scope that begins with `domains:`. */
const covers = (held: string, needed: string): boolean =>
  needed === openScope ||
  (needed !== adminScope &&
    needed !== ownScope &&
    (held.endsWith('*') ? needed.startsWith(held.slice(0, -1)) : held === needed));

const refusedAs = ({ permission: { scope } }: Row): number => (scope === adminScope ? 404 : 403);

const viewing = accountScopes.filter((scope) => scope.endsWith(':read'));
/** What a route gives away by the body that the walk sends: a key gives only what it has. */
const gives: Readonly<Record<string, readonly string[]>> = {
  'POST /v1/smtp-credentials': ['messages:send'],
  'POST /v1/ip-networks': ['messages:send'],
  'POST /v1/invitations': viewing,
};
const mayGive = (scope: string, name: string): boolean =>
  (gives[name] ?? []).every((given) => covers(scope, given));

for (const scope of spellings)
  test(`a live key with ${scope} opens the routes that need it, and no other`, async () => {
    const { key } = (await owner.ask('POST /v1/api-keys', { name: scope, scopes: [scope] })).body;
    await walk(api.as(key), (row) =>
      covers(scope, row.permission.scope) && !row.permission.onlyPerson && mayGive(scope, row.name)
        ? undefined
        : refusedAs(row),
    );
  });

const isSetting = ({ route, permission: { showsMail } }: Row): boolean =>
  route.method === 'GET' && showsMail !== true;

test('a test key reads settings, and calls the mail routes that hide live mail from it', async () => {
  const { key } = (await owner.ask('POST /v1/api-keys', { name: 'test', kind: 'test' })).body;
  await walk(api.as(key), (row) => {
    const { scope, testKey } = row.permission;
    if (scope === adminScope) return 404;
    if (scope === openScope) return undefined;
    if (scope === ownScope) return 403;
    const isAllowed = scope.startsWith('messages:') ? testKey !== undefined : isSetting(row);
    return isAllowed ? undefined : 403;
  });
});

test('without a key every route answers 401, but those that lead to a login', () =>
  walk(api.as(undefined), ({ permission: { scope } }) => (scope === openScope ? undefined : 401)));

test('the operator calls the routes of an account only with its name', () =>
  walk(api.operator, ({ permission: { scope, withoutAccount } }) =>
    [adminScope, openScope].includes(scope) || withoutAccount ? undefined : 403,
  ));

test('the operator inside an account calls every route of the account, and changes no login of a person', () =>
  walk(api.as(api.operatorKey, { 'waybill-account': owner.id }), ({ permission, route }) =>
    permission.scope === ownScope || (permission.notWhileActing && route.method !== 'GET') ? 403 : undefined,
  ));

/** What the roles are for, written apart from the product. */
const refusedTo: Readonly<Record<Role, (scope: string) => boolean>> = {
  viewer: (scope) => !scope.endsWith(':read'),
  developer: (scope) => ['account:write', 'members:write', 'account:erase'].includes(scope),
  admin: (scope) => scope === 'account:erase',
  owner: () => false,
};

for (const role of ['viewer', 'developer', 'admin', 'owner'] as const)
  test(`the ${role} of an account opens what the role is for, and no other route`, async () => {
    const user = await makeUser(api);
    await addMember(api, user, { accountId: owner.innerId, role });
    const browser = openBrowser(api);
    await browser.logIn(user);
    await walk(browser.ask, ({ permission: { scope }, route }) => {
      if (scope === adminScope) return 404;
      if (!route.path.startsWith('/v1/')) return 401;
      if (scope === ownScope || scope === openScope) return undefined;
      return refusedTo[role](scope) ? 403 : undefined;
    });
  });

test('a user of no account opens only what is its own', async () => {
  const browser = openBrowser(api);
  await browser.logIn(await makeUser(api));
  await walk(browser.ask, ({ permission: { scope }, route }) => {
    if (!route.path.startsWith('/v1/')) return 401;
    // Whether there are operator routes is not shown.
    if (scope === adminScope) return 404;
    return scope === ownScope || scope === openScope ? undefined : 403;
  });
});

test('an id of another account is not found, with any key that holds the scope', async () => {
  const wrong: string[] = [];
  // Of an address that nothing was sent to the answer is an empty list.
  for (const row of rows.filter(({ route }) => hasParameter(route) && !isOfAddress(route))) {
    const { scope } = row.permission;
    if ([adminScope, ownScope, openScope].includes(scope)) continue;
    const { key } = (await stranger.ask('POST /v1/api-keys', { name: scope, scopes: [scope] })).body;
    const { status } = await call(api.as(key), row.route, owner);
    if (status !== 404) wrong.push(`${row.name}: ${status}`);
  }
  assert.deepEqual(wrong, []);
});
