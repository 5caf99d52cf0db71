/** A user takes another address, and leaves an account. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from '../../support/eventually.ts';
import { addMember, type Browser, makeUser, openBrowser, PASSWORD, type TestUser } from './people.ts';
import { mailsTo, tokenMailedTo } from './product-mails.ts';
import { type Json, openTestApi, type TestApi } from './test-api.ts';

let api: TestApi;
before(async () => {
  api = await openTestApi();
});
after(() => api.close());

type LoggedIn = Browser & { readonly user: TestUser };

async function someone(): Promise<LoggedIn> {
  const user = await makeUser(api);
  const browser = openBrowser(api);
  await browser.logIn(user);
  return { ...browser, user };
}

let count = 0;
const someEmail = (): string => `moved-${count++}@example.com`;
const ask = ({ ask: by }: LoggedIn, email: string, more: Json = { current_password: PASSWORD }) =>
  by('PATCH /v1/me', { email, ...more });
const confirm = (token: string, by: Pick<Browser, 'ask'> = openBrowser(api)) =>
  by.ask(`POST /v1/email-changes/${token}`);

test('a new address counts once its mailbox confirms it, and the old one gets two notices', async () => {
  const ada = await someone();
  const email = someEmail();
  const asked = await ask(ada, email.toUpperCase());
  assert.equal(asked.status, 200, asked.raw.body);
  assert.deepEqual([asked.body.email, asked.body.pending_email], [ada.user.email, email]);
  const token = await tokenMailedTo(api, email);
  assert.ok(!asked.raw.body.includes(token));
  assert.equal((await openBrowser(api).logIn({ email })).status, 401);
  assert.equal((await confirm(token)).status, 204);
  assert.equal((await openBrowser(api).logIn({ email })).body.user.id, ada.user.id);
  assert.equal((await openBrowser(api).logIn(ada.user)).status, 401);
  const subjects = async () =>
    (await mailsTo(api, ada.user.email)).map((text) => /^Subject: (.*)\r$/m.exec(text)?.[1]);
  const notices = await eventually('both notices are there', async () => {
    const all = await subjects();
    return all.length === 2 ? all : undefined;
  });
  assert.deepEqual(notices, ['A change of your address was asked for', 'Your address was changed']);
  assert.equal((await confirm(token)).status, 404);
});

test('the confirmation ends the logins of the user, but the one that confirms', async () => {
  const here = await someone();
  const there = openBrowser(api);
  await there.logIn(here.user);
  const email = someEmail();
  await ask(here, email);
  assert.equal((await confirm(await tokenMailedTo(api, email), here)).status, 204);
  assert.equal((await here.ask('GET /v1/me')).body.email, email);
  assert.equal((await there.ask('GET /v1/me')).status, 401);
});

test('an address of another user has the same answer, and its mail holds no link', async () => {
  const [ada, bob] = [await someone(), await someone()];
  const free = await ask(ada, someEmail());
  const taken = await ask(ada, bob.user.email);
  const shape = ({ status, body }: typeof free) => [status, Object.keys(body), typeof body.pending_email];
  assert.deepEqual(shape(taken), shape(free));
  const mail = await eventually('the mail is there', async () => (await mailsTo(api, bob.user.email))[0]);
  assert.match(mail, /^Subject: Your address is in use already\r$/m);
  assert.doesNotMatch(mail, /wb_link_/);
});

test('a link to an address that another user took meanwhile does not work', async () => {
  const ada = await someone();
  const email = someEmail();
  await ask(ada, email);
  const token = await tokenMailedTo(api, email);
  await makeUser(api, { email });
  assert.equal((await confirm(token)).status, 404);
  assert.equal((await ada.ask('GET /v1/me')).body.email, ada.user.email);
});

test('a stolen login session without the password changes no address, and a newer password ends a change', async () => {
  const ada = await someone();
  const email = someEmail();
  assert.equal((await ask(ada, email, {})).status, 400);
  assert.equal((await ask(ada, email, { current_password: 'not my password' })).status, 400);
  await ask(ada, email);
  const token = await tokenMailedTo(api, email);
  const password = 'seven quiet harbours';
  const changed = await ada.ask('PATCH /v1/me', { password, current_password: PASSWORD });
  assert.equal(changed.body.pending_email, null);
  assert.equal((await confirm(token)).status, 404);
});

test('the present address ends a change, and a fourth change in an hour is refused', async () => {
  const ada = await someone();
  const email = someEmail();
  await ask(ada, email);
  const token = await tokenMailedTo(api, email);
  assert.equal((await ask(ada, ada.user.email)).body.pending_email, null);
  assert.equal((await confirm(token)).status, 404);
  await ask(ada, email);
  assert.equal((await ask(ada, email)).status, 429);
});

test('the page of the link changes nothing until its button is pressed', async () => {
  const ada = await someone();
  const email = someEmail();
  await ask(ada, email);
  const token = await tokenMailedTo(api, email);
  const page = await openBrowser(api).ask(`GET /email/${token}`);
  assert.match(page.raw.body, new RegExp(`Address: ${email}`));
  assert.equal((await ada.ask('GET /v1/me')).body.email, ada.user.email);
  const pressed = await ada.ask(`POST /email/${token}`, '', {
    'content-type': 'application/x-www-form-urlencoded',
  });
  assert.equal(pressed.status, 200, pressed.raw.body);
  assert.equal((await ada.ask('GET /v1/me')).body.email, email);
  assert.equal((await openBrowser(api).ask(`GET /email/${token}`)).status, 404);
});

test('a member of any role leaves an account, and the last owner does not', async () => {
  const account = await api.makeAccount();
  const [owner, viewer] = [await someone(), await someone()];
  await addMember(api, owner.user, { accountId: account.innerId, role: 'owner' });
  await addMember(api, viewer.user, { accountId: account.innerId, role: 'viewer' });
  const leave = (by: LoggedIn, id = account.id) => by.ask(`DELETE /v1/me/accounts/${id}`);
  assert.equal((await leave(owner)).status, 409);
  assert.equal((await leave(viewer)).status, 204);
  assert.equal((await leave(viewer)).status, 404);
  assert.deepEqual((await viewer.ask('GET /v1/session')).body.accounts, []);
  const [entry] = (await account.ask('GET /v1/audit-log?action=member.left')).body.data;
  assert.deepEqual([entry.actor, entry.detail.before.role], [viewer.user.id, 'viewer']);
  const other = await api.makeAccount();
  assert.equal((await leave(owner, other.id)).status, 404);
});
