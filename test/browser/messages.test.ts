/** The list of messages: it follows what happens, acts on many at once, and is saved as a file. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { openBrowser, wideLight } from './browser.ts';
import { logIn, type Person } from './session.ts';

let dev: TestDev;
let browser: Browser;
let person: Person;

before(async () => {
  [dev, browser] = await Promise.all([openDev(), openBrowser()]);
  person = await logIn(browser, dev.file, wideLight);
  person.context.setDefaultTimeout(20_000);
});
after(async () => {
  await browser.close();
  await dev.stop();
});

const send = (fields: { readonly to: string; readonly subject: string; readonly scheduled_at?: string }) =>
  firstAccount(dev.file).post('/v1/messages', {
    from: `app@${dev.file.account.domain}`,
    text: 'x',
    ...fields,
  });

test('a message appears in the open list as it is sent, and its status follows', async () => {
  const { page, open } = person;
  const to = freshRecipient('live');
  await open('/messages');
  await page.getByRole('button', { name: 'Live' }).waitFor();
  await send({ to, subject: `Live ${to}` });
  const row = page.getByRole('row').filter({ hasText: `Live ${to}` });
  await row.getByText('Delivered').waitFor();
});

test('who pauses the list sees no new message until the list is live again', async () => {
  const { page, open } = person;
  const to = freshRecipient('paused');
  await open('/messages?live=off');
  await send({ to, subject: `Paused ${to}` });
  await page.waitForTimeout(1_500);
  assert.equal(await page.getByText(`Paused ${to}`).count(), 0);
  await page.getByRole('button', { name: 'Paused' }).click();
  await page.getByText(`Paused ${to}`).waitFor();
});

test('scheduled messages are counted, then cancelled together by who types the word', async () => {
  const { page, open } = person;
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
  const { page, open } = person;
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
