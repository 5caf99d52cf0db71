/** What people do in the dashboard. Each test asserts what a person sees. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { openStage } from './stage.ts';

const stage = openStage();

test('a bounced message is found in the list, and its page says why', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('bounce', 'sandbox.test');
  const from = `app@${stage.file.account.domain}`;
  const subject = `Order ${to}`;
  await firstAccount(stage.file).post('/v1/messages', { from, to, subject, text: 'x' });
  await open('/messages');
  await page.getByLabel('Subject, id, Message-ID or custom id').fill(to);
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: subject }).click();
  const recipient = page.getByRole('region', { name: to });
  await recipient.getByText('Bounced').first().waitFor();
  await recipient.getByText('does not exist').first().waitFor();
  await recipient.getByText('Whole conversation').click();
  await recipient.getByText(`RCPT TO:<${to}>`).waitFor();
});

test('an address is suppressed, cannot be written to, and is released again', async () => {
  const { page, open } = stage.person;
  const address = freshRecipient('quiet');
  await open('/suppressions');
  await page.getByRole('button', { name: 'Suppress addresses' }).click();
  await page.getByRole('textbox', { name: 'Addresses', exact: true }).fill(address);
  await page.getByRole('dialog').getByRole('button', { name: 'Suppress', exact: true }).click();
  await page.getByText('One address is suppressed.').waitFor();
  await page.getByRole('link', { name: address }).click();
  await page.getByText('You cannot write to this address now').waitFor();
  await page.getByRole('button', { name: 'Find out' }).click();
  await page.getByText('A message would not leave now').waitFor();
  await page.getByText('recipient_suppressed', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'See the suppression' }).click();
  await page.getByRole('button', { name: 'Release' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Release' }).click();
  await page.getByText(`${address} is released.`).waitFor();
});

test('the secret of a credential is shown once', async () => {
  const { page, open } = stage.person;
  await open('/credentials');
  await page.getByRole('button', { name: 'Create', exact: true }).first().click();
  await page.getByRole('textbox', { name: 'Name', exact: true }).fill('shop');
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  const secret = await page.getByRole('region', { name: 'Password' }).innerText();
  assert.ok(secret.length >= 20);
  await page.getByRole('button', { name: 'I have copied it' }).click();
  await page.getByRole('cell', { name: 'shop' }).first().waitFor();
  assert.equal(await page.getByText(secret).count(), 0);
});

test('a list is a file with every row of its filter', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('export');
  const from = `app@${stage.file.account.domain}`;
  await firstAccount(stage.file).post('/v1/messages', { from, to, subject: `Order ${to}`, text: 'x' });
  await open(`/messages?q=${encodeURIComponent(to)}`);
  await page.getByRole('button', { name: 'Export' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'All rows as CSV' }).click(),
  ]);
  assert.equal(file.suggestedFilename(), 'messages.csv');
  const [header = '', row = '', ...more] = (await readFile(await file.path(), 'utf8'))
    .trimEnd()
    .split('\r\n');
  assert.match(header, /^id,/);
  assert.match(row, /^msg_/);
  assert.ok(row.includes(to));
  assert.deepEqual(more, []);
});

test('a script in a subject is text', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('script');
  const subject = `<img src=x onerror="document.title='hacked'"> ${to}`;
  const from = `app@${stage.file.account.domain}`;
  await firstAccount(stage.file).post('/v1/messages', {
    from,
    to,
    subject,
    html: '<script>top.x=1</script>',
  });
  await open(`/messages?q=${encodeURIComponent(to)}`);
  await page.getByRole('link', { name: subject }).click();
  await page.getByRole('heading', { name: subject }).waitFor();
  assert.match(await page.title(), /^<img src=x/);
});

test('the palette leads to a page by keyboard alone', async () => {
  const { page, open } = stage.person;
  await open('/messages');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('audit');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Audit log', level: 1 }).waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.getByRole('heading', { name: 'Domains', level: 1 }).waitFor();
});

test('who signs out sees the login page, and nothing of the account', async () => {
  const { page, open } = stage.person;
  await open('/messages');
  await page.getByRole('button', { name: 'You and this browser' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goto(stage.file.dashboard.url);
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
});
