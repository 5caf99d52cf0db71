/** The list of messages: it follows what happens, acts on many at once, and is saved as a file. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { snippetsFor } from '../../apps/cli/src/dev/snippets.ts';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { openStage } from './stage.ts';

const stage = openStage();

const send = (fields: { readonly to: string; readonly subject: string; readonly scheduled_at?: string }) =>
  firstAccount(stage.file).post('/v1/messages', {
    from: `app@${stage.file.account.domain}`,
    text: 'x',
    ...fields,
  });

test('a message that the printed snippet sends appears in the open list, and its status follows', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('live');
  await open('/messages');
  await page.getByRole('button', { name: 'Live' }).waitFor();
  const snippet = snippetsFor(stage.file).find(({ name }) => name === 'HTTP')?.shell ?? '';
  await promisify(execFile)('sh', ['-c', snippet.replaceAll('ada@example.com', to)]);
  const row = page.getByRole('row').filter({ hasText: to });
  await row.getByText('Delivered').waitFor();
});

test('who pauses the list sees no new message until the list is live again', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('paused');
  await open('/messages?live=off');
  await send({ to, subject: `Paused ${to}` });
  await page.waitForTimeout(1_500);
  assert.equal(await page.getByText(`Paused ${to}`).count(), 0);
  await page.getByRole('button', { name: 'Paused' }).click();
  await page.getByText(`Paused ${to}`).waitFor();
});

test('scheduled messages are counted, then cancelled together by who types the word', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('later');
  const scheduled_at = new Date(Date.now() + 3_600_000).toISOString();
  await send({ to, subject: 'Later 1', scheduled_at });
  await send({ to, subject: 'Later 2', scheduled_at });
  await open(`/messages?to=${encodeURIComponent(to)}`);
  await page.getByRole('button', { name: 'Act on all' }).click();
  await page.getByRole('menuitem', { name: 'Cancel all of these' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('2 of them can be cancelled.').waitFor();
  const submit = dialog.getByRole('button', { name: 'Cancel 2' });
  assert.equal(await submit.isEnabled(), false);
  await dialog.getByLabel('Type cancel to confirm').fill('cancel');
  await submit.click();
  await dialog.getByText('2 cancelled.').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('row').filter({ hasText: 'Later 1' }).getByText('Cancelled').waitFor();
  await page.getByRole('row').filter({ hasText: 'Later 2' }).getByText('Cancelled').waitFor();
});

test('the filtered list is saved as CSV', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('file');
  await send({ to, subject: `=File ${to}` });
  await open(`/messages?to=${encodeURIComponent(to)}`);
  await page.getByRole('button', { name: 'Export' }).click();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'All rows as CSV' }).click();
  const saved = await saving;
  assert.equal(saved.suggestedFilename(), 'messages.csv');
  const lines = (await readFile(await saved.path(), 'utf8')).trim().split('\r\n');
  assert.equal(lines.length, 2);
  assert.match(lines[1] ?? '', new RegExp(`'=File ${to.replaceAll('+', '\\+')}`));
});

test('a file of addresses is shown as it is understood, then imported', async () => {
  const { page, open } = stage.person;
  const [one, two] = [freshRecipient('one'), freshRecipient('two')];
  await open('/suppressions');
  await page.getByRole('button', { name: 'Import' }).click();
  const text = `address,reason\n${one},complaint\n${two},manual\nno address,manual\n`;
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: 'list.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Line 4').waitFor();
  assert.equal(
    (await firstAccount(stage.file).get(`/v1/suppressions?address=${encodeURIComponent(one)}`)).data.length,
    0,
  );
  await dialog.getByRole('button', { name: 'Suppress 2 addresses' }).click();
  await dialog.getByText('Suppressed now').waitFor();
  await dialog.getByRole('button', { name: 'Close' }).last().click();
  await page.getByRole('row').filter({ hasText: one }).getByText('Complaint').waitFor();
});

test('who releases an address sees what was not sent to it', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('stopped');
  await firstAccount(stage.file).post('/v1/suppressions', { address: to });
  // An account that asks for reports gets its mail to suppressed addresses accepted.
  await firstAccount(stage.file).patch('/v1/account', { suppressed_recipients: 'report' });
  await send({ to, subject: `Stopped ${to}` });
  await firstAccount(stage.file).patch('/v1/account', { suppressed_recipients: 'refuse' });
  await open(`/suppressions?address=${encodeURIComponent(to)}`);
  await page.getByRole('button', { name: 'Release' }).click();
  await page
    .getByRole('dialog')
    .getByRole('link', { name: `Stopped ${to}` })
    .waitFor();
});

test('a bounced message is two clicks away from the overview', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('bounce', 'sandbox.test');
  await send({ to, subject: `Bounced ${to}` });
  await open('/');
  await page.locator('main').getByRole('link', { name: 'Bounced', exact: true }).click();
  await page.getByRole('link', { name: `Bounced ${to}` }).click();
  await page.getByRole('region', { name: to }).getByText('does not exist').first().waitFor();
});

test('what needs attention says why, and leads to the mail in trouble', async () => {
  const { page, open } = stage.person;
  await open('/attention');
  const group = page.getByRole('region', { name: 'to sandbox.test' }).filter({ hasText: 'bad mailbox' });
  await group.getByText('does not exist').waitFor();
  await group.getByRole('link', { name: 'See the addresses' }).click();
  await page.getByRole('heading', { name: 'Messages', level: 1 }).waitFor();
  await page.getByRole('row').filter({ hasText: 'Bounced' }).first().waitFor();
  // The list holds the group and no other mail to the domain.
  await page.getByRole('button', { name: 'Reason: bad_mailbox' }).waitFor();
  await page.getByRole('button', { name: 'Reply code: 5.1.1' }).waitFor();
  const { searchParams } = new URL(page.url());
  const named = ['status', 'provider', 'category', 'code', 'domain'].map((name) => searchParams.get(name));
  assert.deepEqual(named, ['bounced', 'other', 'bad_mailbox', '5.1.1', 'sandbox.test']);
});
