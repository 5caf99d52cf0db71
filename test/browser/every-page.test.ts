/** Every page, filled, in the two looks: readable by everyone, inside its window, without an error. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { firstAccount, freshRecipient } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { assertAccessible, assertFitsWindow, narrowDark, openBrowser, wideLight } from './browser.ts';
import { logIn, type Person } from './session.ts';

let dev: TestDev;
let browser: Browser;
const paths: string[] = [];

/** One of everything, so that no page is empty. */
async function fill(): Promise<void> {
  const api = firstAccount(dev.file);
  const to = freshRecipient('wide', 'a-rather-long-name-of-a-host.example.com');
  const sent = await api.post('/v1/messages', {
    from: `Acme <app@${dev.file.account.domain}>`,
    to: [to, freshRecipient('bounce', 'sandbox.test')],
    subject: `A subject ${'without a space'.replaceAll(' ', '').repeat(20)}`,
    html: '<p>Hello <a href="https://acme.test/x">link</a></p>',
    text: 'Hello',
  });
  await eventually(
    () => 'the message is delivered',
    async () =>
      (await api.get(`/v1/messages/${sent.id}`)).deliveries.every(
        ({ status }: { status: string }) => status === 'delivered' || status === 'bounced',
      ),
    20,
  );
  const box = (await api.get(`/v1/sandbox/messages?to=${encodeURIComponent(to)}&wait=10`)).data[0];
  const domain = (await api.get('/v1/domains')).data[0];
  const webhook = await api.post('/v1/webhooks', {
    url: 'https://hooks.example.com/waybill',
    events: ['message.bounced'],
  });
  paths.push(
    '/',
    '/get-started',
    '/attention',
    '/statistics?group=domain',
    '/webhooks',
    `/webhooks/${webhook.id}`,
    '/messages',
    '/messages?status=bounced&q=subject',
    ...['', '?tab=preview', '?tab=headers', '?tab=difference', '?tab=links'].map(
      (tab) => `/messages/${sent.id}${tab}`,
    ),
    `/recipients/${encodeURIComponent(to)}`,
    '/sandbox',
    `/sandbox/${box.id}`,
    '/domains',
    `/domains/${domain.id}`,
    '/streams',
    ...['', '?tab=keys', '?tab=networks', '?tab=addresses'].map((tab) => `/credentials${tab}`),
    '/suppressions',
    '/team',
    '/settings',
    '/you',
    '/audit-log',
    '/admin/system',
    '/admin/accounts',
    `/admin/accounts/${dev.file.account.id}`,
    '/admin/users',
    '/admin/queues',
    '/admin/discards',
    '/admin/audit-log',
  );
}

before(async () => {
  [dev, browser] = await Promise.all([openDev(), openBrowser()]);
  await fill();
});
after(async () => {
  await browser.close();
  await dev.stop();
});

async function walk({ page, open, context }: Person): Promise<void> {
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  for (const path of paths) {
    await open(path);
    assert.equal(await page.getByRole('alert').count(), 0, `${path} shows an error`);
    await assertAccessible(page);
    await assertFitsWindow(page);
  }
  assert.deepEqual(faults, []);
  await context.close();
}

for (const [name, look] of Object.entries({ wideLight, narrowDark }))
  test(`every page can be read by everyone, ${name}`, { timeout: 240_000 }, async () =>
    walk(await logIn(browser, dev.file, look)),
  );
