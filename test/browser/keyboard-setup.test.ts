/** How people get in, set up an account and run the installation, by keyboard alone. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { codeOf } from '../support/authenticator-app.ts';
import { firstAccount, freshRecipient, newTenant, operator } from '../support/black-box.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';
import { narrowDark } from './browser.ts';
import { acceptInvitation, PASSWORD } from './invited.ts';
import { choose, focusOn, goTo, press, typeInto, waitForFocus } from './keyboard.ts';
import { openTab } from './session.ts';
import { openStage } from './stage.ts';

const stage = openStage();
let receiver: Receiver;
before(async () => {
  receiver = await openReceiver(() => 500);
});
after(() => receiver.close());

type Factor = {
  /** Of the authenticator app. */
  readonly secret: string;
  readonly recoveryCode: string;
};

/** The owner of a new account, who has a second factor. */
async function makeOwner(email: string): Promise<Factor> {
  await operator(stage.file).post('/v1/admin/accounts', { name: 'Harbour', owner: { email } });
  const tab = await openTab(stage.browser, stage.file.dashboard.url, narrowDark);
  await acceptInvitation(tab, stage.file, email);
  const { request } = tab.page;
  const ask = async (path: string, data: unknown) => {
    const headers = { origin: stage.file.api.url };
    const answer = await request.post(new URL(path, stage.file.api.url).href, { data, headers });
    assert.ok(answer.ok(), await answer.text());
    return answer.json();
  };
  await ask('/v1/session', { email, password: PASSWORD });
  const { secret } = await ask('/v1/me/totp', { current_password: PASSWORD });
  const { codes } = await ask('/v1/me/totp/confirm', { code: codeOf(secret, Date.now()) });
  await tab.context.close();
  return { secret, recoveryCode: codes[0] };
}

test('an owner signs in by password and a code, and deletes the account by a code', async () => {
  const email = freshRecipient('keys').toLowerCase();
  const { secret, recoveryCode } = await makeOwner(email);
  const { page, context } = await openTab(stage.browser, stage.file.dashboard.url, narrowDark);
  const dialog = page.getByRole('dialog');
  await page.goto(stage.file.dashboard.url);
  await typeInto(page.getByLabel('E-mail address'), email);
  await typeInto(page.getByRole('textbox', { name: 'Password' }), PASSWORD);
  await page.keyboard.press('Enter');
  await waitForFocus(page.getByLabel('Code of your authenticator app'));
  await page.keyboard.type(codeOf(secret, Date.now(), 1));
  await page.keyboard.press('Enter');
  await page.locator('#main h1').waitFor();
  await goTo(page, 'p', 'Team');
  await press(page.getByRole('button', { name: 'Delete this account' }));
  await waitForFocus(dialog.getByLabel('Type Harbour to confirm'));
  await page.keyboard.type('Harbour');
  await press(dialog.getByRole('button', { name: 'Use a code instead' }));
  await typeInto(dialog.getByLabel('Code of your authenticator app'), recoveryCode);
  await page.keyboard.press('Enter');
  await page.getByText('This account will be deleted').waitFor();
  await context.close();
});

test('a domain is added', async () => {
  const { page } = stage.person;
  const domain = `keys-${Date.now().toString(36)}.test`;
  await goTo(page, 'd', 'Domains');
  await press(page.getByRole('button', { name: 'Add a domain' }));
  await waitForFocus(page.getByRole('textbox', { name: 'Domain' }));
  await page.keyboard.type(domain);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: domain, level: 1 }).waitFor();
  await page.locator('main:focus').waitFor();
  await focusOn(page.getByRole('button', { name: 'Copy Value' }).first());
});

test('a credential is created and its password is rotated', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  const password = () => page.getByRole('region', { name: 'Password' }).innerText();
  const done = page.getByRole('button', { name: 'I have copied it' });
  await goTo(page, 'c', 'Credentials');
  await press(page.getByRole('button', { name: 'Create', exact: true }).first());
  await waitForFocus(dialog.getByLabel('Name'));
  await page.keyboard.type('door printer');
  await page.keyboard.press('Enter');
  await done.waitFor();
  const first = await password();
  await press(done);
  const rotate = page.getByRole('button', { name: 'Rotate: door printer' });
  await press(rotate);
  await choose(dialog.getByLabel('The secret before works for'), 'one hour');
  await press(dialog.getByRole('button', { name: 'Rotate' }));
  await done.waitFor();
  assert.notEqual(await password(), first);
  await press(done);
  await waitForFocus(rotate);
});

test('a key of the API is made and revoked', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  await goTo(page, 'c', 'Credentials');
  await press(page.getByRole('link', { name: 'API keys' }));
  await press(page.getByRole('button', { name: 'Create', exact: true }).first());
  await waitForFocus(dialog.getByLabel('Name'));
  await page.keyboard.type('keyboard');
  await page.keyboard.press('Enter');
  await press(page.getByRole('button', { name: 'I have copied it' }));
  await press(page.getByRole('button', { name: 'Revoke: keyboard' }));
  await press(dialog.getByRole('button', { name: 'Revoke' }));
  await page.getByText('keyboard is revoked.').waitFor();
});

test('an event that a webhook did not take is sent again', async (t) => {
  const { page } = stage.person;
  const api = firstAccount(stage.file);
  const webhook = await api.post('/v1/webhooks', { url: receiver.url, events: ['message.delivered'] });
  t.after(() => api.remove(`/v1/webhooks/${webhook.id}`));
  const from = `app@${stage.file.account.domain}`;
  await api.post('/v1/messages', { from, to: freshRecipient(), subject: 'x', text: 'x' });
  await goTo(page, 'w', 'Webhooks');
  await press(page.getByRole('link', { name: receiver.url }));
  const row = page.getByRole('row', { name: /message\.delivered/ });
  await row.getByText('500').waitFor();
  receiver.answer = () => 200;
  const show = row.getByRole('button', { name: /^Show/ });
  await press(show);
  await press(page.getByRole('dialog').getByRole('button', { name: 'Send again' }));
  await page.getByText('The event is sent again.').waitFor();
  await page.keyboard.press('Escape');
  await row.getByText('Delivered').waitFor();
  await waitForFocus(show);
});

test('a viewer is invited', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  const email = freshRecipient('viewer').toLowerCase();
  await goTo(page, 'p', 'Team');
  const invite = page.getByRole('button', { name: 'Invite someone' });
  await press(invite);
  await waitForFocus(dialog.getByLabel('E-mail address'));
  await page.keyboard.type(email);
  await choose(dialog.getByLabel('Role'), 'viewer: reads everything');
  await press(dialog.getByRole('button', { name: 'Invite someone' }));
  await page.getByText(`${email} is invited.`).waitFor();
  await waitForFocus(invite);
});

test('an operator suspends an account for a reason, and removes it by typing its name', async () => {
  const { page } = stage.person;
  const dialog = page.getByRole('dialog');
  const { id } = await newTenant(stage.file, 'lists');
  const { name } = await operator(stage.file).get(`/v1/admin/accounts/${id}`);
  await goTo(page, 'a', 'Accounts');
  await press(page.getByRole('link', { name, exact: true }));
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await press(page.getByRole('button', { name: 'Suspend' }));
  await waitForFocus(dialog.getByLabel('Reason'));
  await page.keyboard.type('sends to bought lists');
  await page.keyboard.press('Enter');
  await page.getByText('sends to bought lists').waitFor();
  await dialog.waitFor({ state: 'detached' });

  await press(page.getByRole('button', { name: 'Remove', exact: true }));
  const field = dialog.getByLabel(`Type ${name} to confirm`);
  await waitForFocus(field);
  await page.keyboard.press('Enter');
  assert.equal(await dialog.getByRole('button', { name: 'Remove' }).isDisabled(), true);
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Accounts', level: 1 }).waitFor();
});
