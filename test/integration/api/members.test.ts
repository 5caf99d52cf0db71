/** Members of an account and invitations to it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Role } from '@waybill/relay/management/roles';
import { addMember, type Browser, makeUser, openBrowser, PASSWORD, type TestUser } from './people.ts';
import { mailsTo, tokenMailedTo } from './product-mails.ts';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

let count = 0;
const someEmail = (): string => `invited-${count++}@example.com`;

async function memberOf(account: TestAccount, role: Role): Promise<Browser & { readonly user: TestUser }> {
  const user = await makeUser(api);
  await addMember(api, user, { accountId: account.innerId, role });
  const browser = openBrowser(api);
  await browser.logIn(user);
  return { ...browser, user };
}

const newUser = { name: 'Grace', password: 'seven quiet harbours' };
const accept = (token: string, body: unknown = newUser, by: Pick<Browser, 'ask'> = openBrowser(api)) =>
  by.ask(`POST /v1/invitations/${token}/accept`, body);

test('a new person accepts an invitation, logs in and has the role', async () => {
  const account = await api.makeAccount('Acme');
  const owner = await memberOf(account, 'owner');
  const email = someEmail();
  const made = await owner.ask('POST /v1/invitations', { email: email.toUpperCase(), role: 'developer' });
  assert.equal(made.status, 201, made.raw.body);
  assert.deepEqual(
    [made.body.email, made.body.role, made.body.invited_by],
    [email, 'developer', owner.user.id],
  );
  assert.ok(!made.raw.body.includes('wb_link_'));
  const token = await tokenMailedTo(api, email);
  const done = await accept(token);
  assert.equal(done.status, 200, done.raw.body);
  assert.deepEqual([done.body.account_id, done.body.role], [account.id, 'developer']);
  const browser = openBrowser(api);
  const { body } = await browser.logIn({ email }, { password: newUser.password });
  assert.deepEqual(
    body.accounts.map((one: Json) => [one.id, one.role]),
    [[account.id, 'developer']],
  );
  const shown = (await owner.ask('GET /v1/members')).body.data.find((one: Json) => one.email === email);
  assert.deepEqual([shown.name, shown.role], ['Grace', 'developer']);
  const [entry] = (await account.ask('GET /v1/audit-log?action=member.added')).body.data;
  assert.equal(entry.actor, body.user.id);
});

test('the mail names the account and holds one link', async () => {
  const account = await api.makeAccount('<b>Evil</b> https://evil.example');
  const email = someEmail();
  await account.ask('POST /v1/invitations', { email, role: 'viewer' });
  const [mail = ''] = await mailsTo(api, email);
  assert.match(mail, /^Account: b Evil b https evil\. example\r$/m);
  assert.match(mail, /http:\/\/127\.0\.0\.1:3000\/invitation\/wb_link_[0-9a-z]{32}/);
  assert.equal(mail.match(/https?:\/\//g)?.length, 1);
});

test('a link works once, and not after seven days, a revocation or a newer invitation', async () => {
  const account = await api.makeAccount();
  const invite = async (email: string) =>
    (await account.ask('POST /v1/invitations', { email, role: 'viewer' })).body;
  const [used, old, revoked, replaced] = [someEmail(), someEmail(), someEmail(), someEmail()];
  for (const email of [used, old, replaced]) await invite(email);
  const { id } = await invite(revoked);
  const tokenOf = (email: string, number = 1) => tokenMailedTo(api, email, number);
  assert.equal((await accept(await tokenOf(used))).status, 200);
  assert.equal((await accept(await tokenOf(used))).status, 404);
  await api.test.database.pool.query('UPDATE invitation SET expires_at = now() WHERE email = $1', [old]);
  assert.equal((await accept(await tokenOf(old))).status, 404);
  assert.equal((await account.ask(`DELETE /v1/invitations/${id}`)).status, 204);
  assert.equal((await accept(await tokenOf(revoked))).status, 404);
  await invite(replaced);
  assert.equal((await accept(await tokenOf(replaced))).status, 404);
  assert.equal((await account.ask('GET /v1/invitations')).body.data.length, 1);
  assert.equal((await accept(await tokenOf(replaced, 2))).status, 200);
  assert.equal((await account.ask('GET /v1/invitations')).body.data.length, 0);
});

test('two who press the button at once become one member', async () => {
  const account = await api.makeAccount();
  const user = await makeUser(api);
  await account.ask('POST /v1/invitations', { email: user.email, role: 'viewer' });
  const token = await tokenMailedTo(api, user.email);
  const browser = openBrowser(api);
  await browser.logIn(user);
  const both = await Promise.all([accept(token, {}, browser), accept(token, {}, browser)]);
  assert.deepEqual(both.map(({ status }) => status).toSorted(), [200, 404]);
});

test('a user who exists accepts only when logged in as the invited address', async () => {
  const account = await api.makeAccount();
  const [user, other] = [await makeUser(api), await makeUser(api)];
  await account.ask('POST /v1/invitations', { email: user.email, role: 'admin' });
  const token = await tokenMailedTo(api, user.email);
  assert.equal((await accept(token)).status, 401);
  const browser = openBrowser(api);
  await browser.logIn(other);
  assert.equal((await accept(token, newUser, browser)).status, 401);
  // The password of the user is not changed by who holds the mail.
  await browser.logIn(user);
  assert.equal((await accept(token, {}, browser)).status, 200);
  assert.equal((await openBrowser(api).logIn(user, { password: PASSWORD })).status, 201);
});

test('a new person needs a name and a password that the rule accepts, and the link stays valid until then', async () => {
  const account = await api.makeAccount();
  const email = someEmail();
  await account.ask('POST /v1/invitations', { email, role: 'viewer' });
  const token = await tokenMailedTo(api, email);
  for (const body of [
    {},
    { name: 'Grace' },
    { name: 'Grace', password: 'password1234' },
    { password: newUser.password },
  ])
    assert.equal((await accept(token, body)).status, 400, JSON.stringify(body));
  assert.equal((await accept(token)).status, 200);
});

test('no caller invites to a role above its own', async () => {
  const account = await api.makeAccount();
  const admin = await memberOf(account, 'admin');
  const invite = (by: Pick<Browser, 'ask'>, role: Role) =>
    by.ask('POST /v1/invitations', { email: someEmail(), role });
  assert.equal((await invite(admin, 'admin')).status, 201);
  assert.equal((await invite(admin, 'owner')).status, 403);
  assert.equal((await invite(account, 'owner')).status, 403, 'a key is no owner');
  assert.equal((await invite(await memberOf(account, 'developer'), 'viewer')).status, 403);
  assert.equal((await invite(await memberOf(account, 'owner'), 'owner')).status, 201);
});

test('a member is not invited again, and an address must be one', async () => {
  const account = await api.makeAccount();
  const owner = await memberOf(account, 'owner');
  const again = await owner.ask('POST /v1/invitations', { email: owner.user.email, role: 'viewer' });
  assert.equal(again.status, 409);
  assert.equal(
    (await owner.ask('POST /v1/invitations', { email: 'no address', role: 'viewer' })).status,
    400,
  );
});

test('fifty invitations a day are the most', async () => {
  const account = await api.makeAccount();
  await api.test.database.pool.query(
    `INSERT INTO invitation (id, account_id, email, role, invited_by, token_hash, created_at, expires_at)
     SELECT gen_random_uuid(), $1, n || '@example.com', 'viewer', 'x', sha256(convert_to(n || $2, 'UTF8')), now(), now() FROM generate_series(1, 50) n`,
    [account.innerId, account.id],
  );
  assert.equal(
    (await account.ask('POST /v1/invitations', { email: someEmail(), role: 'viewer' })).status,
    429,
  );
});

test('a suspended account cannot invite', async () => {
  const account = await api.makeAccount();
  await api.operator(`POST /v1/admin/accounts/${account.id}/suspend`, { reason: 'spam' });
  const asked = await account.ask('POST /v1/invitations', { email: someEmail(), role: 'viewer' });
  assert.equal(asked.body.code, 'account_suspended');
});

test('an admin changes and removes members below owner, and a role counts from the next request on', async () => {
  const account = await api.makeAccount();
  const [admin, owner, viewer] = [
    await memberOf(account, 'admin'),
    await memberOf(account, 'owner'),
    await memberOf(account, 'viewer'),
  ];
  const change = (by: Browser, of: { readonly user: TestUser }, role: Role) =>
    by.ask(`PATCH /v1/members/${of.user.id}`, { role });
  assert.equal((await viewer.ask('POST /v1/streams', { name: 'codes' })).status, 403);
  assert.equal((await change(admin, viewer, 'developer')).body.role, 'developer');
  assert.equal((await viewer.ask('POST /v1/streams', { name: 'codes' })).status, 201);
  assert.equal((await change(admin, viewer, 'owner')).status, 403);
  assert.equal((await change(admin, owner, 'viewer')).status, 403);
  assert.equal((await admin.ask(`DELETE /v1/members/${owner.user.id}`)).status, 403);
  assert.equal((await change(viewer, admin, 'viewer')).status, 403);
  assert.equal((await admin.ask(`DELETE /v1/members/${viewer.user.id}`)).status, 204);
  assert.equal((await viewer.ask('GET /v1/streams')).status, 403);
  assert.equal((await viewer.ask('GET /v1/me')).status, 200, 'the user stays');
});

test('the last owner neither leaves nor becomes less, and two owners do not both remove each other', async () => {
  const account = await api.makeAccount();
  const owner = await memberOf(account, 'owner');
  assert.equal((await owner.ask(`DELETE /v1/members/${owner.user.id}`)).status, 409);
  assert.equal((await owner.ask(`PATCH /v1/members/${owner.user.id}`, { role: 'admin' })).status, 409);
  const second = await memberOf(account, 'owner');
  const both = await Promise.all([
    owner.ask(`DELETE /v1/members/${second.user.id}`),
    second.ask(`DELETE /v1/members/${owner.user.id}`),
  ]);
  assert.equal(
    both.filter(({ status }) => status === 204).length,
    1,
    JSON.stringify(both.map(({ status }) => status)),
  );
});

test('one call makes an account with limits, its owner’s invitation and first credentials', async () => {
  const email = someEmail();
  const made = await api.operator('POST /v1/admin/accounts', {
    name: 'Whole',
    limits: { per_hour: 500 },
    owner: { email },
    smtp_credential: { name: 'app' },
    api_key: { name: 'app' },
  });
  assert.equal(made.status, 201, made.raw.body);
  const { body } = made;
  assert.deepEqual(
    [body.limits.per_hour, body.invitation.email, body.invitation.role],
    [500, email, 'owner'],
  );
  assert.match(body.smtp_credential.secret, /^[0-9a-z]{32}$/);
  assert.equal((await api.as(body.api_key.key)('GET /v1/account')).body.id, body.id);
  assert.equal((await accept(await tokenMailedTo(api, email))).status, 200);
  const browser = openBrowser(api);
  await browser.logIn({ email }, { password: newUser.password });
  assert.equal((await browser.ask('GET /v1/members')).body.data[0].role, 'owner');
  const { body: plain } = await api.operator('POST /v1/admin/accounts', { name: 'Plain' });
  assert.deepEqual([plain.invitation, plain.smtp_credential, plain.api_key], [null, null, null]);
});

test('an account whose owner cannot be invited is not made', async () => {
  const named = async () => (await api.operator('GET /v1/admin/accounts?q=Unmade')).body.data;
  const wrong = await api.operator('POST /v1/admin/accounts', {
    name: 'Unmade',
    owner: { email: 'no address' },
  });
  assert.deepEqual([wrong.status, wrong.body.errors[0].pointer], [400, '/owner/email']);
  assert.deepEqual(await named(), []);
});

test('the page of an invitation shows who invites and changes nothing; its button accepts', async () => {
  const account = await api.makeAccount('Shop & <Co>');
  const email = someEmail();
  await account.ask('POST /v1/invitations', { email, role: 'viewer' });
  const token = await tokenMailedTo(api, email);
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const page = openBrowser(api);
  const opened = await page.ask(`GET /invitation/${token}`);
  assert.equal(opened.status, 200);
  assert.match(opened.raw.body, /Shop &amp; Co/);
  assert.doesNotMatch(opened.raw.body, /<script/i);
  const weak = await page.ask(`POST /invitation/${token}`, 'name=Grace&password=password1234', form);
  assert.equal(weak.status, 400);
  assert.match(weak.raw.body, /tried first/);
  const foreign = { ...form, origin: 'https://evil.test' };
  assert.equal(
    (await page.ask(`POST /invitation/${token}`, 'name=Grace&password=seven+quiet+harbours', foreign)).status,
    403,
  );
  const done = await page.ask(`POST /invitation/${token}`, 'name=Grace&password=seven+quiet+harbours', form);
  assert.equal(done.status, 200, done.raw.body);
  assert.equal((await page.ask(`GET /invitation/${token}`)).status, 404);
  assert.equal((await page.logIn({ email }, { password: 'seven quiet harbours' })).status, 201);
});
