/** Operators of the platform: how the first one logs in, and what operators do about users. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeOperator } from '../../../apps/cli/src/commands/operator.ts';
import { addMember, makeUser, openBrowser } from './people.ts';
import { openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

async function linkFor(email: string): Promise<string> {
  const lines: string[] = [];
  const env = { DATABASE_URL: api.test.url, WAYBILL_PUBLIC_URL: 'http://127.0.0.1:3000/' };
  await makeOperator({ env, say: (line) => void lines.push(line), stopAsked: async () => undefined }, email);
  const url = new URL(lines.at(-1) ?? '');
  assert.equal(url.origin, 'http://127.0.0.1:3000');
  return url.pathname;
}

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const password = 'seven quiet harbours';
const body = `password=${password.replaceAll(' ', '+')}`;

test('the command prints a link; its page sets the password once, and the operator logs in', async () => {
  const path = await linkFor('Ops@Example.com');
  const browser = openBrowser(api);
  for (let opened = 0; opened < 2; opened++) {
    const page = await browser.ask(`GET ${path}`);
    assert.equal(page.status, 200);
    assert.match(page.raw.body, /ops@example\.com/);
    assert.match(
      String(page.raw.headers['content-security-policy']),
      /default-src 'none'.*form-action 'self'/,
    );
  }
  assert.equal(
    (await browser.ask(`POST ${path}`, body, { ...form, origin: 'https://evil.test' })).status,
    403,
  );
  assert.equal((await browser.ask(`POST ${path}`, 'password=short', form)).status, 400);
  assert.equal((await browser.ask(`POST ${path}`, body, form)).status, 200);
  assert.equal((await browser.ask(`POST ${path}`, body, form)).status, 404);
  assert.equal((await browser.ask(`GET ${path}`)).status, 404);
  assert.equal((await browser.logIn({ email: 'ops@example.com' }, { password })).status, 201);
  assert.equal((await browser.ask('GET /v1/admin/accounts')).status, 200);
  const entries = (await api.operator('GET /v1/admin/audit-log?action=operator.created')).body.data;
  assert.equal(entries[0].actor, 'waybill operator create');
});

test('the link works for an hour, and the database holds only its hash', async () => {
  const path = await linkFor('late@example.com');
  const { pool } = api.test.database;
  const { rows } = await pool.query('SELECT row_to_json(l)::text AS row FROM user_link l');
  assert.ok(rows.every(({ row }) => !row.includes(path.split('/')[2])));
  await pool.query("UPDATE user_link SET expires_at = now() - interval '1 second'");
  assert.equal((await openBrowser(api).ask(`GET ${path}`)).status, 404);
});

test('a command for text that is no address says what it needs', async () => {
  await assert.rejects(linkFor('ops'), /ops is not a mail address/);
});

test('an operator makes another one by the API, and disables a user, who is logged out at once', async () => {
  const operator = openBrowser(api);
  await operator.logIn(await makeUser(api, { isOperator: true }));
  const made = await operator.ask('POST /v1/admin/users', { email: 'second@example.com' });
  assert.equal(made.status, 201, made.raw.body);
  assert.match(made.body.password_url, /^http:\/\/127\.0\.0\.1:3000\/password\/wb_link_/);
  const user = await makeUser(api, { email: 'grace.hopper@example.com' });
  const victim = openBrowser(api);
  await victim.logIn(user);
  const found = await operator.ask('GET /v1/admin/users?q=Hopper');
  assert.deepEqual(
    found.body.data.map(({ id }: { id: string }) => id),
    [user.id],
  );
  const disabled = await operator.ask(`PATCH /v1/admin/users/${user.id}`, { status: 'disabled' });
  assert.equal(disabled.body.status, 'disabled');
  assert.equal((await victim.ask('GET /v1/me')).status, 401);
  assert.equal((await victim.logIn(user)).status, 401);
  await operator.ask(`PATCH /v1/admin/users/${user.id}`, { status: 'active' });
  assert.equal((await victim.logIn(user)).status, 201);
});

test('an operator sees in which accounts a user is a member', async () => {
  const account = await api.makeAccount('Shown to operators');
  const user = await makeUser(api, { email: 'member.of@example.com' });
  await addMember(api, user, { accountId: account.innerId, role: 'admin' });
  const { body } = await api.operator(`GET /v1/admin/users/${user.id}`);
  assert.equal(body.email, 'member.of@example.com');
  assert.deepEqual(body.accounts, [
    { id: account.id, name: 'Shown to operators', status: 'active', role: 'admin' },
  ]);
});

test('an operator neither disables nor degrades itself, and changes no user while acting inside an account', async () => {
  const account = await api.makeAccount();
  const me = await makeUser(api, { isOperator: true });
  const operator = openBrowser(api);
  await operator.logIn(me);
  assert.equal((await operator.ask(`PATCH /v1/admin/users/${me.id}`, { is_operator: false })).status, 409);
  const user = await makeUser(api);
  await operator.ask('POST /v1/session/acting', { account_id: account.id, reason: 'ticket 9' });
  assert.equal((await operator.ask(`PATCH /v1/admin/users/${user.id}`, { status: 'disabled' })).status, 403);
  await operator.ask('DELETE /v1/session/acting');
  assert.equal((await operator.ask(`PATCH /v1/admin/users/${user.id}`, { is_operator: true })).status, 200);
});

test('a sign-in link of a developer’s machine works once, from this machine, and in development only', async () => {
  const development = await openTestApi({ dependencies: { isDevelopment: true } });
  try {
    const user = await makeUser(development);
    const link = async (): Promise<string> => {
      const { text, secretHash: tokenHash } = development.dependencies.makeLinkToken();
      const createdAt = new Date();
      const expiresAt = new Date(createdAt.getTime() + 60_000);
      await development.dependencies.stores.userLinks.create({
        tokenHash,
        userId: user.innerId,
        purpose: 'sign_in',
        createdAt,
        expiresAt,
      });
      return `/sign-in/${text}`;
    };
    const url = await link();
    const far = await development.app.inject({ url, remoteAddress: '192.0.2.7' });
    assert.equal(far.statusCode, 404);
    const browser = openBrowser(development);
    assert.equal((await browser.ask(`GET ${url}`)).status, 303);
    assert.equal((await browser.ask('GET /v1/session')).body.user.id, user.id);
    assert.equal((await openBrowser(development).ask(`GET ${url}`)).status, 404);
    assert.equal((await api.as(undefined)(`GET ${await link()}`)).status, 404);
  } finally {
    await development.close();
  }
});
