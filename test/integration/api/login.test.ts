/** docs/reliability.md S07: login by password, the cookie, what it opens, and guessing, which locks out only the client that guesses. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addMember, makeUser, openBrowser, PASSWORD, type TestUser } from './people.ts';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let ada: TestUser;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount('Acme');
  ada = await makeUser(api, { email: 'ada@example.com' });
  await addMember(api, ada, { accountId: account.innerId, role: 'developer' });
});
after(() => api.close());

test('a person logs in by address and password and sees its accounts', async () => {
  const browser = openBrowser(api);
  const { status, body, raw } = await browser.logIn({ email: 'Ada@Example.COM' });
  assert.equal(status, 201, raw.body);
  assert.equal(body.user.id, ada.id);
  assert.deepEqual(body.accounts, [{ id: account.id, name: 'Acme', status: 'active', role: 'developer' }]);
  assert.equal(body.acting, null);
  assert.ok(!raw.body.includes('argon2'));
  const again = await browser.ask('GET /v1/session');
  assert.equal(again.status, 200);
  assert.equal(again.body.login_session.is_current, true);
});

test('the cookie is for this host only and out of reach of scripts', async () => {
  const browser = openBrowser(api);
  const { raw } = await browser.logIn(ada);
  const [cookie = ''] = [raw.headers['set-cookie'] ?? []].flat();
  assert.match(cookie, /^waybill=wb_session_[0-9a-z]{52}; Path=\/; Max-Age=1209600; HttpOnly; SameSite=Lax$/);
  const { rows } = await api.test.database.pool.query('SELECT * FROM login_session');
  assert.ok(!JSON.stringify(rows).includes(browser.cookies.get('waybill') ?? '-'));
});

test('every login has a new id, and ends the session that the browser had', async () => {
  const browser = openBrowser(api);
  await browser.logIn(ada);
  const first = browser.cookies.get('waybill') ?? '';
  await browser.logIn(ada);
  assert.notEqual(browser.cookies.get('waybill'), first);
  const old = await api.as(undefined)('GET /v1/session', undefined, { cookie: `waybill=${first}` });
  assert.equal(old.status, 401);
});

test('a cookie that another person chose is not kept at login', async () => {
  const browser = openBrowser(api);
  browser.cookies.set('waybill', `wb_session_${'0'.repeat(52)}`);
  await browser.logIn(ada);
  assert.notEqual(browser.cookies.get('waybill'), `wb_session_${'0'.repeat(52)}`);
});

test('a wrong password, an unknown address and a disabled user have one answer', async () => {
  const gone = await makeUser(api, { email: 'gone@example.com' });
  await api.dependencies.stores.users.change(gone.innerId, { disabledAt: new Date() });
  const answers = await Promise.all([
    openBrowser(api).logIn(ada, { password: 'wrong horse battery' }),
    openBrowser(api).logIn({ email: 'unknown@example.com' }),
    openBrowser(api).logIn(gone),
  ]);
  const shown = answers.map(({ status, body: { request_id, ...rest } }) => ({ status, ...rest }));
  assert.equal(shown[0]?.status, 401);
  assert.deepEqual(shown[1], shown[0]);
  assert.deepEqual(shown[2], shown[0]);
  assert.ok(answers.every(({ raw }) => raw.headers['set-cookie'] === undefined));
});

test('an unknown address takes as long as a wrong password', async () => {
  const times = async (email: string): Promise<number> => {
    const took: number[] = [];
    for (let round = 0; round < 9; round++) {
      const began = performance.now();
      await api.as(undefined)('POST /v1/session', {
        email: `${round}${email}`,
        password: 'wrong horse battery',
      });
      took.push(performance.now() - began);
    }
    return took.toSorted((one, other) => one - other)[4] ?? 0;
  };
  for (let round = 0; round < 9; round++) await makeUser(api, { email: `${round}known@example.net` });
  const [known, unknown] = [await times('known@example.net'), await times('unknown@example.net')];
  assert.ok(unknown > known / 2 && unknown < known * 2, `known ${known} ms, unknown ${unknown} ms`);
});

test('the cookie opens the account as its role allows', async () => {
  const browser = openBrowser(api);
  await browser.logIn(ada);
  assert.equal((await browser.ask('GET /v1/account')).body.id, account.id);
  assert.equal((await browser.ask('POST /v1/smtp-credentials', { name: 'app' })).status, 201);
  assert.equal((await browser.ask('PATCH /v1/account', { hide_client_ip: true })).status, 403);
  assert.equal((await browser.ask('GET /v1/admin/accounts')).status, 404);
  const entries = await api.operator('GET /v1/admin/audit-log?action=smtp_credential.created');
  assert.equal(entries.body.data[0].actor, ada.id);
});

test('a change by cookie needs our own origin', async () => {
  const browser = openBrowser(api);
  await browser.logIn(ada);
  for (const origin of ['https://evil.test', 'null', 'http://127.0.0.1:3001'])
    assert.equal(
      (await browser.ask('POST /v1/smtp-credentials', { name: 'x' }, { origin })).status,
      403,
      origin,
    );
  const cookie = `waybill=${browser.cookies.get('waybill')}`;
  const without = await api.as(undefined)('POST /v1/smtp-credentials', { name: 'x' }, { cookie });
  assert.equal(without.status, 403);
  assert.equal((await api.as(undefined)('GET /v1/account', undefined, { cookie })).status, 200);
  const local = await browser.ask(
    'POST /v1/smtp-credentials',
    { name: 'x' },
    { origin: 'http://localhost:3000' },
  );
  assert.equal(local.status, 201);
  const foreign = await browser.ask(
    'POST /v1/session',
    { email: ada.email, password: PASSWORD },
    { origin: 'https://evil.test' },
  );
  assert.equal(foreign.status, 403);
});

test('the cookie opens paths below /v1 only', async () => {
  const browser = openBrowser(api);
  await browser.logIn(ada);
  const sent = await browser.ask('POST /emails', {
    from: 'a@b.test',
    to: 'c@d.test',
    subject: 'x',
    text: 'y',
  });
  assert.equal(sent.status, 401);
});

test('a user of two accounts names one, and no account of others', async () => {
  const [second, foreign] = [await api.makeAccount('Second'), await api.makeAccount('Foreign')];
  const eve = await makeUser(api);
  await addMember(api, eve, { accountId: account.innerId, role: 'viewer' });
  await addMember(api, eve, { accountId: second.innerId, role: 'owner' });
  const browser = openBrowser(api);
  await browser.logIn(eve);
  const inside = (id: string) => ({ 'waybill-account': id });
  assert.equal((await browser.ask('GET /v1/account')).status, 403);
  assert.equal((await browser.ask('GET /v1/account', undefined, inside(second.id))).body.id, second.id);
  const change = { hide_client_ip: true };
  assert.equal((await browser.ask('PATCH /v1/account', change, inside(second.id))).status, 200);
  assert.equal((await browser.ask('PATCH /v1/account', change, inside(account.id))).status, 403);
  for (const id of [foreign.id, 'acc_00000000000000000000000000', 'nonsense'])
    assert.equal((await browser.ask('GET /v1/account', undefined, inside(id))).status, 404, id);
});

test('a user without an account sees no mail, not even of the sandbox', async () => {
  const browser = openBrowser(api);
  await browser.logIn(await makeUser(api));
  for (const path of ['/v1/sandbox/messages', '/v1/messages'])
    assert.equal((await browser.ask(`GET ${path}`)).status, 403, path);
});

test('logging out, ending a session elsewhere and disabling the user close the session at once', async () => {
  const user = await makeUser(api);
  const [one, two, three] = [openBrowser(api), openBrowser(api), openBrowser(api)];
  for (const browser of [one, two, three]) await browser.logIn(user);
  const cookie = `waybill=${one.cookies.get('waybill')}`;
  assert.equal((await one.ask('DELETE /v1/session')).status, 204);
  assert.equal(one.cookies.has('waybill'), false);
  assert.equal((await api.as(undefined)('GET /v1/session', undefined, { cookie })).status, 401);
  const sessions = (await two.ask('GET /v1/me/sessions')).body.data;
  assert.equal(sessions.length, 2);
  const other = sessions.find((session: { is_current: boolean }) => !session.is_current);
  assert.equal((await two.ask(`DELETE /v1/me/sessions/${other.id}`)).status, 204);
  assert.equal((await three.ask('GET /v1/session')).status, 401);
  await api.dependencies.stores.users.change(user.innerId, { disabledAt: new Date() });
  assert.equal((await two.ask('GET /v1/session')).status, 401);
});

test("another user's session is not found", async () => {
  const [mine, theirs] = [openBrowser(api), openBrowser(api)];
  await mine.logIn(await makeUser(api));
  const { body } = await theirs.logIn(await makeUser(api));
  assert.equal((await mine.ask(`DELETE /v1/me/sessions/${body.login_session.id}`)).status, 404);
  assert.equal((await theirs.ask('GET /v1/session')).status, 200);
});

test('a session ends after a day without a request, and after two weeks of use', async () => {
  const user = await makeUser(api);
  const [idle, old] = [openBrowser(api), openBrowser(api)];
  const first = (await idle.logIn(user)).body.login_session.id;
  await old.logIn(user);
  const { pool } = api.test.database;
  await pool.query("UPDATE login_session SET last_seen_at = now() - interval '25 hours' WHERE user_id = $1", [
    user.innerId,
  ]);
  assert.equal((await idle.ask('GET /v1/session')).status, 401);
  await pool.query('UPDATE login_session SET last_seen_at = now(), expires_at = now() WHERE user_id = $1', [
    user.innerId,
  ]);
  assert.equal((await old.ask('GET /v1/session')).status, 401);
  assert.ok(first);
});

test('a new password needs the present one, ends other sessions and gives this one a new id', async () => {
  const user = await makeUser(api);
  const [here, elsewhere] = [openBrowser(api), openBrowser(api)];
  await here.logIn(user);
  await elsewhere.logIn(user);
  const before = here.cookies.get('waybill') ?? '';
  const password = 'twelve grey elephants';
  assert.equal((await here.ask('PATCH /v1/me', { password })).status, 400);
  const wrong = await here.ask('PATCH /v1/me', { password, current_password: 'not my password' });
  assert.deepEqual(wrong.body.errors[0].pointer, '/current_password');
  const done = await here.ask('PATCH /v1/me', { password, current_password: PASSWORD });
  assert.equal(done.status, 200, done.raw.body);
  assert.notEqual(here.cookies.get('waybill'), before);
  assert.equal((await here.ask('GET /v1/me')).status, 200);
  assert.equal((await elsewhere.ask('GET /v1/me')).status, 401);
  assert.equal((await openBrowser(api).logIn(user)).status, 401);
  assert.equal((await openBrowser(api).logIn(user, { password })).status, 201);
});

for (const [password, detail] of [
  ['short', /at least 12/],
  ['password1234', /tried first/],
  ['qwertyuiop123', /tried first/],
] as const)
  test(`the password ${password} is refused`, async () => {
    const browser = openBrowser(api);
    await browser.logIn(await makeUser(api));
    const { status, body } = await browser.ask('PATCH /v1/me', { password, current_password: PASSWORD });
    assert.equal(status, 400);
    assert.match(body.detail, detail);
  });

test('guessing locks out the one who guesses, and not the user in a browser that is known', async () => {
  const user = await makeUser(api);
  const [known, fresh] = [openBrowser(api), openBrowser(api)];
  await known.logIn(user);
  await known.ask('DELETE /v1/session');
  const statuses: number[] = [];
  for (let round = 0; round < 12; round++)
    statuses.push((await fresh.logIn(user, { password: `guess number ${round}` })).status);
  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(401));
  assert.deepEqual(statuses.slice(10), [429, 429]);
  const locked = await fresh.logIn(user);
  assert.equal(locked.status, 429);
  assert.ok(Number(locked.raw.headers['retry-after']) > 0);
  // From the same address, which is what a shared office looks like.
  assert.equal((await known.logIn(user)).status, 201);
  assert.equal((await openBrowser(api).logIn(ada)).status, 201);
});

test('guessing from many addresses locks out strangers, and not the user in a browser that is known', async () => {
  const user = await makeUser(api);
  const known = openBrowser(api);
  await known.logIn(user);
  const guard = api.dependencies.loginGuard;
  for (let host = 0; host < 50; host++) {
    const attempt = { email: user.email, ip: `198.51.100.${host}`, browser: undefined };
    await guard.admit(attempt);
    await guard.failed(attempt);
  }
  assert.equal((await openBrowser(api).logIn(user)).status, 429);
  assert.equal((await known.logIn(user)).status, 201);
  await known.ask('DELETE /v1/session');
  const other = await makeUser(api);
  known.cookies.set('waybill-browser', api.dependencies.browserProofs.make(other.innerId));
  assert.equal((await known.logIn(user)).status, 429, 'the proof of another user is no proof');
});

test('an operator of the platform reaches the operator routes, and acts inside an account with a reason', async () => {
  const operator = await makeUser(api, { email: 'op@example.com', isOperator: true });
  const browser = openBrowser(api);
  await browser.logIn(operator);
  assert.equal((await browser.ask('GET /v1/admin/accounts')).status, 200);
  const inside = { 'waybill-account': account.id };
  assert.equal((await browser.ask('GET /v1/account', undefined, inside)).status, 404);
  assert.equal((await browser.ask('POST /v1/session/acting', { account_id: account.id })).status, 400);
  const acting = await browser.ask('POST /v1/session/acting', {
    account_id: account.id,
    reason: 'ticket 12',
  });
  assert.equal(acting.body.acting.account_id, account.id);
  const { name } = (await browser.ask('GET /v1/account', undefined, inside)).body;
  assert.equal(acting.body.acting.account_name, name);
  assert.equal((await browser.ask('PATCH /v1/account', { hide_client_ip: true }, inside)).status, 200);
  const entries = (await account.ask('GET /v1/audit-log?action=account.changed')).body.data;
  assert.equal(entries[0].actor, operator.id);
  assert.equal(entries[0].detail.operator, operator.email);
  assert.equal(entries[0].detail.acting_reason, 'ticket 12');
  const password = { password: 'twelve grey elephants', current_password: PASSWORD };
  assert.equal((await browser.ask('PATCH /v1/me', password)).status, 403);
  assert.equal((await browser.ask('DELETE /v1/session/acting')).status, 204);
  assert.equal((await browser.ask('GET /v1/account', undefined, inside)).status, 404);
});

test('acting ends by itself after an hour', async () => {
  const browser = openBrowser(api);
  const user = await makeUser(api, { isOperator: true });
  await browser.logIn(user);
  await browser.ask('POST /v1/session/acting', { account_id: account.id, reason: 'ticket 13' });
  await api.test.database.pool.query('UPDATE login_session SET acting_until = now() WHERE user_id = $1', [
    user.innerId,
  ]);
  const inside = { 'waybill-account': account.id };
  assert.equal((await browser.ask('GET /v1/account', undefined, inside)).status, 404);
  assert.equal((await browser.ask('GET /v1/session')).body.acting, null);
});

test('a member acts inside no account', async () => {
  const browser = openBrowser(api);
  await browser.logIn(ada);
  const asked = await browser.ask('POST /v1/session/acting', { account_id: account.id, reason: 'curious' });
  assert.equal(asked.status, 403);
});

test('a key has no user', async () => {
  for (const path of ['/v1/me', '/v1/session', '/v1/me/sessions']) {
    assert.equal((await account.ask(`GET ${path}`)).status, 403, path);
    assert.equal((await api.operator(`GET ${path}`)).status, 403, path);
  }
});
