/** A list of many pages: what is in the document, where its rows stand, and what a keyboard and a screen reader find there. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request } from 'playwright-core';
import { openStored } from '../load/stored/fill-stored.ts';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { databaseUrlOf, openDatabaseOf } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { assertAccessible, narrowDark, wideLight } from './browser.ts';
import { scrollThrough } from './scroll.ts';
import { openStage } from './stage.ts';

const PAGE = 50;
const PAGES = 10;
/** What was read longer ago is read again. */
const STALE_MS = 5_500;

const stage = openStage();

async function deliverOne(): Promise<void> {
  const api = firstAccount(stage.file);
  const from = `app@${stage.file.account.domain}`;
  const { id } = await api.post('/v1/messages', { from, to: freshRecipient(), subject: 'x', text: 'x' });
  const isDelivered = async (): Promise<boolean> =>
    (await api.get(`/v1/messages/${id}`)).status === 'delivered';
  await eventually(() => 'the message is delivered', isDelivered, 20);
}

async function fillList(): Promise<void> {
  await deliverOne();
  const client = await openDatabaseOf(stage);
  const { rows } = await client.query('SELECT count(*)::integer AS count FROM message');
  await client.end();
  const stored = await openStored(await databaseUrlOf(stage), stage.file.account.id);
  await stored.fillBareTo(rows[0].count + (PAGES + 2) * PAGE);
  await stored.close();
}

let filled: Promise<void> | undefined;

async function openList(): Promise<void> {
  filled ??= fillList();
  await filled;
  await stage.person.open('/messages?live=off');
}

test('ten pages of messages are never more than two pages of rows in the document, each at its place', async () => {
  const { page } = stage.person;
  await openList();
  const table = page.getByRole('table', { name: 'messages' });
  const { readRows, mostRows, mostOffset } = await scrollThrough(page, PAGES * PAGE);
  assert.ok(readRows >= PAGES * PAGE);
  assert.ok(mostRows <= 2 * PAGE, `${mostRows} rows`);
  assert.ok(mostOffset <= 1, `a row was ${mostOffset} px from its place`);
  assert.equal(await table.getAttribute('aria-rowcount'), '-1', 'more rows exist than were read');
  await assertAccessible(page);
});

test('on a narrow window too', async () => {
  const { page } = stage.person;
  await page.setViewportSize(narrowDark.viewport ?? assert.fail());
  await openList();
  const { mostRows, mostOffset } = await scrollThrough(page, 3 * PAGE);
  assert.ok(mostRows <= 2 * PAGE, `${mostRows} rows`);
  assert.ok(mostOffset <= 1, `a row was ${mostOffset} px from its place`);
  await page.setViewportSize(wideLight.viewport ?? assert.fail());
});

test('the row with the focus keeps it while others scroll past, and the keys go on from there', async () => {
  const { page } = stage.person;
  await openList();
  const numberOfFocus = (): Promise<unknown> =>
    page.evaluate("document.activeElement.closest('tr')?.getAttribute('aria-rowindex')");
  for (let presses = 0; presses < 3; presses++) await page.keyboard.press('j');
  assert.equal(await numberOfFocus(), '4');
  await scrollThrough(page, 4 * PAGE);
  assert.equal(await numberOfFocus(), '4');
  await page.keyboard.press('j');
  assert.equal(await numberOfFocus(), '5');
});

test('who comes back to a list of many pages does not make the API read them all again', async () => {
  const { page } = stage.person;
  await openList();
  await scrollThrough(page, 3 * PAGE);
  const comeBack = async (): Promise<number> => {
    const requests: string[] = [];
    const note = (request: Request): void => void requests.push(new URL(request.url()).pathname);
    await page.waitForTimeout(STALE_MS);
    page.on('request', note);
    await page.evaluate("window.dispatchEvent(new Event('visibilitychange'))");
    await page.waitForTimeout(1_500);
    page.off('request', note);
    return requests.filter((path) => path === '/v1/messages').length;
  };
  assert.equal(await comeBack(), 0);
  await stage.person.open(`/messages?live=off&to=${encodeURIComponent(freshRecipient('none'))}`);
  assert.equal(await comeBack(), 1, 'a list of one page is read again');
});

test('a row far below the newest ones shows what becomes of its message, also when the filter selects it no more', async () => {
  const { page, open } = stage.person;
  const api = firstAccount(stage.file);
  const tag = `deep-${Date.now().toString(36)}`;
  const scheduled_at = new Date(Date.now() + 3_600_000).toISOString();
  const from = `app@${stage.file.account.domain}`;
  const mail = (subject: string) => {
    return { from, to: freshRecipient(), subject, text: 'x', scheduled_at, tags: [tag] };
  };
  const { id } = await api.post('/v1/messages', mail('The oldest'));
  const messages = Array.from({ length: PAGE + 10 }, (_, index) => mail(`Later ${index}`));
  await api.post('/v1/messages/batch', { messages });
  await open(`/messages?status=scheduled&tag=${tag}`);
  await page.getByRole('button', { name: 'Live' }).waitFor();
  await scrollThrough(page, messages.length + 1);
  const row = page.getByRole('row').filter({ hasText: 'The oldest' });
  await row.getByText('Scheduled').waitFor();
  await api.post(`/v1/messages/${id}/cancel`);
  await row.getByText('Cancelled').waitFor();
});

test('a list that is read to its end gives the number of its rows', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('few');
  const from = `app@${stage.file.account.domain}`;
  await firstAccount(stage.file).post('/v1/messages', { from, to, subject: 'Few', text: 'x' });
  await open(`/messages?to=${encodeURIComponent(to)}`);
  await page.getByRole('row').filter({ hasText: 'Few' }).waitFor();
  assert.equal(
    await page.getByRole('table', { name: 'messages' }).getAttribute('aria-rowcount'),
    '2',
    'one message and the head',
  );
});
