/** Login by OpenID Connect, against a real provider: linked by the user or by an invitation, never by an address. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startOidcProvider, type TestProvider } from '../../support/oidc-provider.ts';
import { addMember, type Browser, makeUser, openBrowser, PASSWORD } from './people.ts';
import { tokenMailedTo } from './product-mails.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

const publicUrl = 'http://127.0.0.1:3000';
const callback = `${publicUrl}/oidc/callback`;

let provider: TestProvider;
let api: TestApi;
before(async () => {
  provider = await startOidcProvider(callback);
  const env = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: 'waybill', OIDC_CLIENT_SECRET: 'secret' };
  api = await openTestApi({ env: { ...env, OIDC_NAME: 'Example SSO' } });
});
after(async () => {
  await api.close();
  await provider.close();
});

let count = 0;
const someName = (): string => `person-${count++}`;
const pathOf = (url: string): string => url.slice(publicUrl.length);

/** Comes back from the provider, where the person logged in with this name. */
const comeBack = async (browser: Browser, url: string, name: string) =>
  browser.ask(`GET ${pathOf(await provider.logIn(url, name))}`);

async function logInBy(name: string, browser = openBrowser(api)) {
  const start = await browser.ask('GET /oidc/login');
  assert.equal(start.status, 303, start.raw.body);
  return { browser, arrived: await comeBack(browser, String(start.raw.headers.location), name) };
}

async function linkedUser() {
  const user = await makeUser(api);
  const browser = openBrowser(api);
  await browser.logIn(user);
  const name = someName();
  const begun = await browser.ask('POST /v1/me/oidc', { current_password: PASSWORD });
  assert.equal(begun.status, 200, begun.raw.body);
  const arrived = await comeBack(browser, begun.body.url, name);
  assert.deepEqual([arrived.status, arrived.raw.headers.location], [303, '/app/you'], arrived.raw.body);
  return { user, browser, name };
}

test('the login page learns of the provider, and of none where the operator has set none', async () => {
  assert.deepEqual((await openBrowser(api).ask('GET /v1/login-methods')).body, {
    oidc: { name: 'Example SSO', url: `${publicUrl}/oidc/login` },
  });
  const without = await openTestApi();
  const browser = openBrowser(without);
  assert.deepEqual((await browser.ask('GET /v1/login-methods')).body, { oidc: null });
  assert.equal((await browser.ask('GET /oidc/login')).status, 404);
  await browser.logIn(await makeUser(without));
  assert.equal((await browser.ask('GET /v1/me/oidc')).status, 404);
  await without.close();
});

test('a user links its login at the provider, and logs in with it', async () => {
  const { user, browser, name } = await linkedUser();
  assert.ok((await browser.ask('GET /v1/me/oidc')).body.linked_at);
  const { browser: other, arrived } = await logInBy(name);
  assert.deepEqual([arrived.status, arrived.raw.headers.location], [303, '/app/']);
  assert.equal((await other.ask('GET /v1/session')).body.user.id, user.id);
});

test('an address of the provider that a user has links nothing', async () => {
  const name = someName();
  await makeUser(api, { email: `${name}@provider.test` });
  const { browser, arrived } = await logInBy(name);
  assert.equal(arrived.status, 401);
  assert.match(arrived.raw.body, /no user is linked/);
  assert.equal((await browser.ask('GET /v1/session')).status, 401);
});

test('a new person accepts an invitation by the provider, without a password', async () => {
  const account = await api.makeAccount();
  const email = `${someName()}@example.com`;
  await account.ask('POST /v1/invitations', { email, role: 'viewer' });
  const token = await tokenMailedTo(api, email);
  const browser = openBrowser(api);
  assert.match((await browser.ask(`GET /invitation/${token}`)).raw.body, /accept with Example SSO/);
  const start = await browser.ask(`GET /oidc/invitation/${token}`);
  const name = someName();
  const arrived = await comeBack(browser, String(start.raw.headers.location), name);
  assert.deepEqual([arrived.status, arrived.raw.headers.location], [303, '/app/'], arrived.raw.body);
  const { user, accounts } = (await browser.ask('GET /v1/session')).body;
  assert.deepEqual([user.email, user.name, user.has_password], [email, `${name} at the provider`, false]);
  assert.deepEqual(
    accounts.map((one: Json) => [one.id, one.role]),
    [[account.id, 'viewer']],
  );
  // It has no other way to log in.
  assert.equal((await browser.ask('DELETE /v1/me/oidc', {})).status, 409);
});

test('an invitation to an address that has a user needs the login of that user', async () => {
  const account = await api.makeAccount();
  const user = await makeUser(api);
  await account.ask('POST /v1/invitations', { email: user.email, role: 'admin' });
  const browser = openBrowser(api);
  const start = await browser.ask(`GET /oidc/invitation/${await tokenMailedTo(api, user.email)}`);
  const arrived = await comeBack(browser, String(start.raw.headers.location), someName());
  assert.equal(arrived.status, 401);
  assert.match(arrived.raw.body, new RegExp(`log in as ${user.email}`));
});

test('an answer counts once, in the browser that asked for it, and only with its state', async () => {
  const { name } = await linkedUser();
  const browser = openBrowser(api);
  const start = await browser.ask('GET /oidc/login');
  const answer = pathOf(await provider.logIn(String(start.raw.headers.location), name));
  assert.equal((await openBrowser(api).ask(`GET ${answer}`)).status, 401);
  const forged = openBrowser(api);
  await forged.ask('GET /oidc/login');
  assert.equal((await forged.ask(`GET ${answer}`)).status, 401);
  assert.equal((await browser.ask(`GET ${answer}`)).status, 303);
  assert.equal((await browser.ask(`GET ${answer}`)).status, 401);
});

test('a link needs the password, and a login of the provider belongs to one user', async () => {
  const { name } = await linkedUser();
  const other = openBrowser(api);
  await other.logIn(await makeUser(api));
  assert.equal((await other.ask('POST /v1/me/oidc', {})).status, 400);
  const begun = await other.ask('POST /v1/me/oidc', { current_password: PASSWORD });
  const arrived = await comeBack(other, begun.body.url, name);
  assert.equal(arrived.status, 409);
  assert.equal((await other.ask('GET /v1/me/oidc')).body.linked_at, null);
});

test('a user who logged out, or another one, does not get the link that was begun', async () => {
  const browser = openBrowser(api);
  await browser.logIn(await makeUser(api));
  const begun = await browser.ask('POST /v1/me/oidc', { current_password: PASSWORD });
  await browser.ask('DELETE /v1/session');
  assert.equal((await comeBack(browser, begun.body.url, someName())).status, 401);
});

test('after unlinking, the provider opens nothing, and a disabled user is not let in', async () => {
  const { user, browser, name } = await linkedUser();
  const account = await api.makeAccount();
  await addMember(api, user, { accountId: account.innerId, role: 'viewer' });
  await api.dependencies.stores.users.change(user.innerId, { disabledAt: new Date() });
  assert.equal((await logInBy(name)).arrived.status, 401);
  await api.dependencies.stores.users.change(user.innerId, { disabledAt: undefined });
  assert.equal((await browser.ask('DELETE /v1/me/oidc')).status, 204);
  assert.equal((await logInBy(name)).arrived.status, 401);
});
