/** How people set up an account and run the installation in the dashboard. Each test asserts what a person sees. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apiOf, firstAccount, freshRecipient, newTenant, operator, submit } from '../support/black-box.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';
import { openStage } from './stage.ts';

const stage = openStage();
let receiver: Receiver;
before(async () => {
  receiver = await openReceiver(() => 500);
});
after(() => receiver.close());

test('a webhook that failed is sent again, and succeeds', async (t) => {
  const { page, open } = stage.person;
  await open('/webhooks');
  await page.getByRole('button', { name: 'Create a webhook' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('URL').fill(receiver.url);
  await dialog.getByLabel('Events', { exact: true }).fill('message.delivered');
  await dialog.getByRole('button', { name: 'Create a webhook' }).click();
  assert.match(await page.getByRole('region', { name: 'Signing secret' }).innerText(), /^whsec_/);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('link', { name: receiver.url }).click();
  await page.getByRole('heading', { name: receiver.url }).waitFor();
  const id = new URL(page.url()).pathname.split('/').at(-1);
  t.after(() => firstAccount(stage.file).remove(`/v1/webhooks/${id}`));

  const from = `app@${stage.file.account.domain}`;
  await firstAccount(stage.file).post('/v1/messages', {
    from,
    to: freshRecipient(),
    subject: 'x',
    text: 'x',
  });
  const row = page.getByRole('row', { name: /message\.delivered/ });
  await row.getByText('500').waitFor();
  await row.getByText('Waiting').waitFor();

  receiver.answer = () => 200;
  await row.getByRole('button', { name: /^Show/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  await page.getByText('The event is sent again.').waitFor();
  await page.keyboard.press('Escape');
  await row.getByText('Delivered').waitFor();

  await page
    .getByRole('definition')
    .filter({ hasText: /^1 of \d$/ })
    .waitFor();
  await open('/webhooks');
  await page
    .getByRole('row', { name: receiver.url })
    .getByText(/^1 of \d$/)
    .waitFor();
});

test('an SMTP credential is made for one domain, and its password is rotated', async () => {
  const { page, open } = stage.person;
  await open('/credentials');
  await page.getByRole('button', { name: 'Create', exact: true }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('printer');
  await dialog.getByLabel('Only as these domains').fill(stage.file.account.domain);
  await dialog.getByRole('button', { name: 'Create', exact: true }).click();
  const first = await page.getByRole('region', { name: 'Password' }).innerText();
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('cell', { name: stage.file.account.domain }).waitFor();

  await page.getByRole('button', { name: 'Rotate: printer' }).click();
  await dialog.getByLabel('The secret before works for').selectOption('one hour');
  await dialog.getByRole('button', { name: 'Rotate' }).click();
  assert.notEqual(await page.getByRole('region', { name: 'Password' }).innerText(), first);
  await page.getByRole('button', { name: 'I have copied it' }).click();
});

test('a recipient is erased, with a report', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('forgotten');
  const from = `app@${stage.file.account.domain}`;
  await firstAccount(stage.file).post('/v1/messages', { from, to, subject: 'x', text: 'x' });
  await open('/settings');
  await page.getByLabel('Address of the recipient').fill(to);
  await page.getByRole('button', { name: 'Erase' }).click();
  await page.getByLabel(`Type ${to} to confirm`).fill(to);
  await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
  const report = page.getByRole('dialog', { name: 'What was erased' });
  await report.getByText('Deliveries').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('1 erasure').waitFor();
});

/** Mail of the account that no server takes for now. */
async function sendToBusyServer(key: string): Promise<void> {
  const api = apiOf({ url: stage.file.api.url, key });
  const name = `shop-${Date.now().toString(36)}.test`;
  const { id } = await api.post('/v1/domains', { domain: name });
  await api.post(`/v1/domains/${id}/verify`);
  const to = freshRecipient('tempfail', 'sandbox.test');
  await api.post('/v1/messages', { from: `app@${name}`, to, subject: 'x', text: 'x' });
}

test('an operator creates an account, limits and suspends it, and sees its queue stop', async () => {
  const { page, open } = stage.person;
  const name = `Shop ${Date.now().toString(36)}`;
  await open('/admin/accounts');
  await page.getByRole('button', { name: 'Create an account' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(name);
  await dialog.getByRole('button', { name: 'Create an account' }).click();
  const key = await page.getByRole('region', { name: 'API key' }).innerText();
  await page.getByRole('button', { name: 'I have copied them' }).click();
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.getByLabel('Recipients per day').fill('50');
  await page.getByRole('button', { name: 'Save the limits' }).click();
  await page.getByText('0 of 50 recipients per day').waitFor();

  await sendToBusyServer(key.trim());
  await open('/admin/queues');
  const row = page.getByRole('row', { name: new RegExp(name) });
  await row.getByText('Deferred').waitFor();
  await row.getByRole('link', { name: 'sandbox.test' }).click();
  await page.getByRole('button', { name: 'Suspend' }).click();
  await dialog.getByLabel('Reason').fill('sends to bought lists');
  await dialog.getByRole('button', { name: 'Suspend' }).click();
  await page.getByText('sends to bought lists').waitFor();
  await open('/admin/queues');
  await row.getByText('the account is suspended').waitFor();
  assert.equal(await row.getByText('Deferred').count(), 0);
});

test('an operator opens waiting mail of one destination, tries it again and cancels it, each after a count', async (t) => {
  const { page, open } = stage.person;
  const { api, domain, id } = await newTenant(stage.file, 'waiting');
  t.after(() => operator(stage.file).remove(`/v1/admin/accounts/${id}`));
  const { name } = await operator(stage.file).get(`/v1/admin/accounts/${id}`);
  for (const _ of [1, 2]) {
    const to = freshRecipient('tempfail', 'sandbox.test');
    await api.post('/v1/messages', { from: `app@${domain}`, to, subject: 'x', text: 'x' });
  }
  await open('/admin/queues');
  const row = page.getByRole('row', { name: new RegExp(name) }).filter({ hasText: 'Deferred' });
  await row.getByRole('button', { name: /^Open/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('ticket 18');
  await dialog.getByRole('button', { name: 'Act inside' }).click();
  await page.getByRole('button', { name: 'Status: Deferred' }).waitFor();
  await page.getByRole('button', { name: 'Act on all' }).click();
  await page.getByRole('menuitem', { name: 'Try all of these again now…' }).click();
  await dialog.getByText('2 of them have recipients without the message.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Act on all' }).click();
  await page.getByRole('menuitem', { name: 'Cancel all of these…' }).click();
  await dialog.getByText('2 of them can be cancelled.').waitFor();
  await dialog.getByLabel('Type cancel to confirm').fill('cancel');
  await dialog.getByRole('button', { name: 'Cancel 2' }).click();
  await dialog.getByText('2 cancelled.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Stop acting' }).click();
});

test('an operator runs the checks of the doctor, and reads what each of them found', async () => {
  const { page, open } = stage.person;
  await open('/admin/system');
  await page
    .getByText(/^The database takes \d.*free\./)
    .first()
    .waitFor();
  await page.getByText(/^Waybill \d+\.\d+\.\d+/).waitFor();
  await page.getByRole('button', { name: 'Run the checks' }).click();
  await page.getByText('All 7 checks passed.').waitFor();
  await page.getByText('The master key is the one of this database.').waitFor();
  await page.getByText(/^The TLS certificate is valid for \d+ more days\.$/).waitFor();
  await page.getByRole('button', { name: 'Run them again' }).waitFor();
});

test('an operator sees how a user logs in and where it is a member, and disables it', async () => {
  const { page, open } = stage.person;
  const email = `ops-${Date.now().toString(36)}@example.com`;
  const { id } = await operator(stage.file).post('/v1/admin/users', { email });
  await open(`/admin/users?q=${email}`);
  await page.getByRole('button', { name: `Show: ${email}` }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText(id).waitFor();
  await dialog.getByText('no account').waitFor();
  assert.equal(new URL(page.url()).searchParams.get('user'), id);
  await dialog.getByRole('button', { name: 'Send a reset link' }).click();
  await page.getByText(`is mailed to ${email}`).waitFor();
  await dialog.getByRole('button', { name: 'Disable' }).click();
  await page
    .getByRole('dialog', { name: `Disable ${email}?` })
    .getByRole('button', { name: 'Disable' })
    .click();
  await dialog.getByRole('button', { name: 'Enable' }).waitFor();
  assert.equal((await operator(stage.file).get(`/v1/admin/users/${id}`)).status, 'disabled');
});

test('an operator reads why a submission was given to no account, and which accounts lost', async () => {
  const { page, open } = stage.person;
  const sender = freshRecipient('someone', 'stranger.example');
  const { relay, networks } = stage.file;
  const localAddress = networks.shared.replace('/32', '');
  const raw = `From: ${sender}\nTo: ada@example.com\nSubject: x\n\nx\n`;
  await assert.rejects(
    submit({ port: relay.port, localAddress, mailFrom: sender, to: 'ada@example.com', raw }),
    /account_undecided/,
  );
  await open('/admin/discards');
  const row = page.getByRole('row').filter({ hasText: sender }).first();
  await row.getByRole('button', { name: /^Show/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('in the SMTP session').waitFor();
  for (const { id } of [stage.file.account, stage.file.second]) await dialog.getByText(id).first().waitFor();
  await dialog.getByText(sender).first().waitFor();
  assert.match(new URL(page.url()).searchParams.get('discard') ?? '', /^dis_/);
});

test('an operator acts inside an account for a reason, and its audit log shows both names', async () => {
  const { page, open } = stage.person;
  const { id, name } = await operator(stage.file).post('/v1/admin/accounts', {
    name: freshRecipient('acting'),
  });
  await open(`/admin/accounts/${id}`);
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Act inside' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('ticket 17');
  await dialog.getByRole('button', { name: 'Act inside' }).click();
  const banner = page.getByText('ticket 17');
  await banner.waitFor();
  await page.getByText(`You act inside ${name}`).waitFor();
  await page.getByRole('link', { name: 'Streams' }).click();
  await page.getByRole('button', { name: 'Create a stream' }).click();
  await dialog.getByLabel('Name').fill('receipts');
  await dialog.getByRole('button', { name: 'Create a stream' }).click();
  await page.getByRole('link', { name: 'Audit log' }).first().click();
  await page.getByRole('button', { name: /^Show: stream\.created/ }).click();
  await dialog.getByText(stage.file.dashboard.email).waitFor();
  await page.keyboard.press('Escape');
  await banner.waitFor();
  await page.getByRole('button', { name: 'Stop acting' }).click();
  await banner.waitFor({ state: 'detached' });
});
