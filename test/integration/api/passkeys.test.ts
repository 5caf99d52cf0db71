/** Passkeys: made in a login session, and login by one. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { partyOf } from '../../../apps/api/src/passkey-protocol.ts';
import { type Browser, makeUser, openBrowser, PASSWORD, type TestUser } from './people.ts';
import { type SoftwarePasskey, softwarePasskey } from './software-passkey.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

const ORIGIN = 'http://localhost:3000';
let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

type Holder = {
  readonly user: TestUser;
  readonly browser: Browser;
  readonly key: SoftwarePasskey;
  readonly made: Json;
};

async function holder(): Promise<Holder> {
  const user = await makeUser(api);
  const browser = openBrowser(api, ORIGIN);
  await browser.logIn(user);
  const begun = await browser.ask('POST /v1/me/passkeys/options', { current_password: PASSWORD });
  assert.equal(begun.status, 200, begun.raw.body);
  const key = softwarePasskey(ORIGIN);
  const made = await browser.ask('POST /v1/me/passkeys', {
    name: 'laptop',
    credential: key.make(begun.body.options),
  });
  assert.equal(made.status, 201, made.raw.body);
  return { user, browser, key, made: made.body };
}

async function logInWith(key: SoftwarePasskey, browser = openBrowser(api, ORIGIN)) {
  const { options } = (await browser.ask('POST /v1/session/passkey/options')).body;
  return browser.ask('POST /v1/session/passkey', { credential: key.answer(options) });
}

test('a user makes a passkey and logs in by it, without a password', async () => {
  const { user, key } = await holder();
  const browser = openBrowser(api, ORIGIN);
  const { status, body, raw } = await logInWith(key, browser);
  assert.equal(status, 201, raw.body);
  assert.equal(body.user.id, user.id);
  assert.equal((await browser.ask('GET /v1/me')).status, 200);
  const [shown] = (await browser.ask('GET /v1/me/passkeys')).body.data;
  assert.equal(shown.name, 'laptop');
  assert.ok(shown.last_used_at);
});

test('to begin a passkey takes the password', async () => {
  const browser = openBrowser(api, ORIGIN);
  await browser.logIn(await makeUser(api));
  assert.equal((await browser.ask('POST /v1/me/passkeys/options', {})).status, 400);
});

test('a challenge is answered once, and by the user it was made for', async () => {
  const { key, browser } = await holder();
  const { options } = (await browser.ask('POST /v1/session/passkey/options')).body;
  const answer = { credential: key.answer(options) };
  assert.equal((await openBrowser(api, ORIGIN).ask('POST /v1/session/passkey', answer)).status, 201);
  assert.equal((await openBrowser(api, ORIGIN).ask('POST /v1/session/passkey', answer)).status, 401);
  const other = await holder();
  const begun = await other.browser.ask('POST /v1/me/passkeys/options', { current_password: PASSWORD });
  const credential = softwarePasskey(ORIGIN).make(begun.body.options);
  const stolen = await (await holder()).browser.ask('POST /v1/me/passkeys', { name: 'x', credential });
  assert.equal(stolen.status, 400);
});

test('a passkey of another site, an unverified user and a copied key do not log in', async () => {
  const { key } = await holder();
  key.origin = 'https://evil.test';
  assert.equal((await logInWith(key)).status, 401);
  key.origin = ORIGIN;
  key.isVerified = false;
  assert.equal((await logInWith(key)).status, 401);
  key.isVerified = true;
  key.counter = 5;
  assert.equal((await logInWith(key)).status, 201);
  key.counter = 5;
  assert.equal((await logInWith(key)).status, 401);
  assert.equal((await logInWith(softwarePasskey(ORIGIN))).status, 401);
});

test('a removed passkey and one of a disabled user log in no more', async () => {
  const { key, browser, made } = await holder();
  assert.equal((await browser.ask(`DELETE /v1/me/passkeys/${made.id}`)).status, 204);
  assert.equal((await logInWith(key)).status, 401);
  const gone = await holder();
  await api.dependencies.stores.users.change(gone.user.innerId, { disabledAt: new Date() });
  assert.equal((await logInWith(gone.key)).status, 401);
});

test("another user's passkey is not found", async () => {
  const [mine, theirs] = [await holder(), await holder()];
  assert.equal((await mine.browser.ask(`DELETE /v1/me/passkeys/${theirs.made.id}`)).status, 404);
});

test('the relying party is the host of the public URL, localhost on this machine, and never another address', () => {
  assert.deepEqual(partyOf('https://mail.acme.test'), {
    id: 'mail.acme.test',
    origin: 'https://mail.acme.test',
  });
  assert.deepEqual(partyOf('http://127.0.0.1:3000'), { id: 'localhost', origin: ORIGIN });
  assert.throws(() => partyOf('https://192.0.2.10'), /conflict/);
});
