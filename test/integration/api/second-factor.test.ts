/** TOTP with recovery codes, and the password that is reset by mail. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeOf } from '../../support/authenticator-app.ts';
import { eventually } from '../../support/eventually.ts';
import { type Browser, makeUser, openBrowser, PASSWORD, type TestUser } from './people.ts';
import { mailsTo, tokenMailedTo } from './product-mails.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
/** The clock stands still, so that a code is right or wrong for sure. */
let clock = Date.now();
before(async () => {
  api = await openTestApi({ dependencies: { now: () => new Date(clock) } });
});
after(() => api.close());

const nextStep = (): void => {
  clock += 30_000;
};

/** The authenticator app of a person. */
const appOf = (secret: string) => (): string => codeOf(secret, clock);

type Enrolled = {
  readonly user: TestUser;
  readonly browser: Browser;
  readonly code: () => string;
  readonly codes: readonly string[];
};

async function enrolled(): Promise<Enrolled> {
  const user = await makeUser(api);
  const browser = openBrowser(api);
  await browser.logIn(user);
  const begun = await browser.ask('POST /v1/me/totp', { current_password: PASSWORD });
  assert.equal(begun.status, 200, begun.raw.body);
  const code = appOf(begun.body.secret);
  const confirmed = await browser.ask('POST /v1/me/totp/confirm', { code: code() });
  assert.equal(confirmed.status, 200, confirmed.raw.body);
  nextStep();
  return { user, browser, code, codes: confirmed.body.codes };
}

test('a second factor counts once it is confirmed, and the login session gets a new id', async () => {
  const user = await makeUser(api);
  const browser = openBrowser(api);
  await browser.logIn(user);
  assert.equal((await browser.ask('POST /v1/me/totp', {})).status, 400, 'needs the password');
  const { body } = await browser.ask('POST /v1/me/totp', { current_password: PASSWORD });
  assert.match(body.uri, /^otpauth:\/\/totp\/Waybill/);
  assert.equal((await openBrowser(api).logIn(user)).status, 201, 'not confirmed yet');
  assert.equal((await browser.ask('POST /v1/me/totp/confirm', { code: '000000' })).status, 400);
  const before = browser.cookies.get('waybill');
  const confirmed = await browser.ask('POST /v1/me/totp/confirm', { code: appOf(body.secret)() });
  assert.equal(confirmed.body.codes.length, 10);
  assert.notEqual(browser.cookies.get('waybill'), before);
  const state = await browser.ask('GET /v1/me/totp');
  assert.equal(state.body.recovery_codes_left, 10);
  assert.ok(state.body.enabled_at);
  assert.equal((await browser.ask('POST /v1/me/totp', { current_password: PASSWORD })).status, 409);
});

test('a login needs the code, and only after the right password', async () => {
  const { user, code } = await enrolled();
  const without = await openBrowser(api).logIn(user);
  assert.deepEqual([without.status, without.body.code], [401, 'second_factor_required']);
  const wrong = await openBrowser(api).logIn(user, { password: 'wrong horse battery' });
  assert.equal(wrong.body.code, 'authentication_failed');
  assert.equal((await openBrowser(api).logIn(user, { code: '000000' })).status, 401);
  assert.equal((await openBrowser(api).logIn(user, { code: code() })).status, 201);
});

test('no code works twice, also not at the same time', async () => {
  const { user, code } = await enrolled();
  const both = await Promise.all([
    openBrowser(api).logIn(user, { code: code() }),
    openBrowser(api).logIn(user, { code: code() }),
  ]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [201, 401]);
  assert.equal((await openBrowser(api).logIn(user, { code: code() })).status, 401);
  nextStep();
  assert.equal((await openBrowser(api).logIn(user, { code: code() })).status, 201);
});

test('a recovery code replaces the second factor once', async () => {
  const { user, codes, browser } = await enrolled();
  const [first = '', second = ''] = codes;
  assert.equal((await openBrowser(api).logIn(user, { code: first })).status, 201);
  assert.equal((await openBrowser(api).logIn(user, { code: first })).status, 401);
  assert.equal(
    (await openBrowser(api).logIn(user, { code: second.toUpperCase().replaceAll('-', ' ') })).status,
    201,
  );
  assert.equal((await browser.ask('GET /v1/me/totp')).body.recovery_codes_left, 8);
});

test('new recovery codes replace the old ones, and need a code', async () => {
  const { user, codes, browser, code } = await enrolled();
  assert.equal((await browser.ask('POST /v1/me/recovery-codes', { code: '000000' })).status, 400);
  const made = await browser.ask('POST /v1/me/recovery-codes', { code: code() });
  assert.equal(made.body.codes.length, 10);
  assert.equal((await openBrowser(api).logIn(user, { code: codes[0] })).status, 401);
  assert.equal((await openBrowser(api).logIn(user, { code: made.body.codes[0] })).status, 201);
});

test('the second factor is disabled by a code, which a stolen session cannot find by trying', async () => {
  const { user, browser, code } = await enrolled();
  for (let round = 0; round < 10; round++)
    assert.equal((await browser.ask('DELETE /v1/me/totp', { code: '000000' })).status, 400);
  assert.equal((await browser.ask('DELETE /v1/me/totp', { code: code() })).status, 429);
  const other = await enrolled();
  assert.equal((await other.browser.ask('DELETE /v1/me/totp', { code: other.code() })).status, 204);
  assert.equal((await openBrowser(api).logIn(other.user)).status, 201);
  assert.equal((await openBrowser(api).logIn(user)).body.code, 'second_factor_required');
});

test('the database holds neither the secret nor a recovery code', async () => {
  const { user, codes } = await enrolled();
  const { rows } = await api.test.database.pool.query(
    "SELECT encode(totp_box, 'hex') AS box, (SELECT string_agg(encode(code_hash, 'escape'), '') FROM recovery_code) AS codes FROM app_user WHERE id = $1",
    [user.innerId],
  );
  assert.ok(rows[0].box.length > 60);
  assert.ok(codes.every((code) => !rows[0].codes.includes(code.replaceAll('-', ''))));
});

const resetFor = (email: string) => openBrowser(api).ask('POST /v1/password-resets', { email });
const NEW_PASSWORD = 'nine slow rivers run';
const setBy = (token: string, password = NEW_PASSWORD) =>
  openBrowser(api).ask(`POST /v1/password-resets/${token}`, { password });

test('a password is reset by the mailed link, once, and every login session ends', async () => {
  const user = await makeUser(api);
  const browser = openBrowser(api);
  await browser.logIn(user);
  assert.equal((await resetFor(user.email.toUpperCase())).status, 202);
  const token = await tokenMailedTo(api, user.email);
  assert.equal((await setBy(token, 'password1234')).status, 400, 'a refused password leaves the link');
  assert.equal((await setBy(token)).status, 204);
  assert.equal((await setBy(token)).status, 404);
  assert.equal((await browser.ask('GET /v1/me')).status, 401);
  assert.equal((await browser.logIn(user)).status, 401);
  assert.equal((await browser.logIn(user, { password: NEW_PASSWORD })).status, 201);
});

test('a reset does not switch off the second factor', async () => {
  const { user, code } = await enrolled();
  await resetFor(user.email);
  await setBy(await tokenMailedTo(api, user.email));
  const without = await openBrowser(api).logIn(user, { password: NEW_PASSWORD });
  assert.equal(without.body.code, 'second_factor_required');
  assert.equal((await openBrowser(api).logIn(user, { password: NEW_PASSWORD, code: code() })).status, 201);
});

test('an unknown address has the same answer and gets no mail', async () => {
  const user = await makeUser(api);
  const [known, unknown] = [await resetFor(user.email), await resetFor('stranger@example.com')];
  assert.deepEqual([unknown.status, unknown.raw.body], [known.status, known.raw.body]);
  await tokenMailedTo(api, user.email);
  assert.deepEqual(await mailsTo(api, 'stranger@example.com'), []);
});

test('an address gets three mails an hour at most, and the answer does not say so', async () => {
  const user = await makeUser(api);
  for (let round = 0; round < 5; round++) assert.equal((await resetFor(user.email)).status, 202);
  await tokenMailedTo(api, user.email, 3);
  await eventually('the last link works', async () => (await mailsTo(api, user.email)).length === 3);
});

test('a link works for an hour, and a newer one replaces it', async () => {
  const user = await makeUser(api);
  await resetFor(user.email);
  const first = await tokenMailedTo(api, user.email);
  await resetFor(user.email);
  const second = await tokenMailedTo(api, user.email, 2);
  assert.equal((await setBy(first)).status, 404);
  clock += 3_600_001;
  assert.equal((await setBy(second)).status, 404);
  for (const token of ['x', `wb_link_${'0'.repeat(32)}`, '%00'])
    assert.equal((await setBy(token)).status, 404, token);
});

test('a person who set the password by mail can log in while others guess at the address', async () => {
  const user = await makeUser(api);
  const guard = api.dependencies.loginGuard;
  for (let host = 0; host < 50; host++)
    await guard.failed({ email: user.email, ip: `203.0.113.${host}`, browser: undefined });
  assert.equal((await openBrowser(api).logIn(user)).status, 429);
  await resetFor(user.email);
  const browser = openBrowser(api);
  const token = await tokenMailedTo(api, user.email);
  await browser.ask(`POST /v1/password-resets/${token}`, { password: NEW_PASSWORD });
  assert.equal((await browser.logIn(user, { password: NEW_PASSWORD })).status, 201);
});
