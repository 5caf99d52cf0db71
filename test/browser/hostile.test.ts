/** Text of others that wants to be a script, a colour or a layout: what servers reply, what senders and members write. It is shown as text. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { firstAccount, freshRecipient, operator, submit, traceAt } from '../support/black-box.ts';
import { freePortOffset, startTestDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';
import { openSink, type Sink } from '../support/sink.ts';
import { assertFitsWindow, narrowDark, openBrowser } from './browser.ts';
import { logIn, type Person } from './session.ts';

/** Leaves an attribute, an element and a script, runs without a click, is long without a space, and colours a terminal. */
const script = `"'></script><script>window.hacked=1</script><img src=x onerror=window.hacked=1>`;
const reply = `${script} \u001b[31mred\u001b[0m ${'W'.repeat(180)}`;

let sink: Sink;
let receiver: Receiver;
let dev: TestDev;
let browser: Browser;
let person: Person;
const faults: string[] = [];

before(async () => {
  sink = await openSink({ script: { RCPT: `550 5.1.1 ${reply}` } });
  receiver = await openReceiver(() => ({ status: 500, headers: {}, text: reply }));
  const args = ['--smarthost', `smtp://127.0.0.1:${sink.port}`];
  [dev, browser] = await Promise.all([
    startTestDev({ portOffset: await freePortOffset(), args }),
    openBrowser(),
  ]);
  person = await logIn(browser, dev.file, narrowDark);
  person.context.setDefaultTimeout(20_000);
  person.page.on('pageerror', (error) => faults.push(String(error)));
  person.page.on('dialog', (dialog) => faults.push(dialog.message()));
});
after(async () => {
  await browser?.close();
  await dev?.stop();
  await receiver?.close();
  await sink?.close();
});

/** The page shows the text, runs none of it, and is as wide as its window. */
async function assertHarmless(): Promise<void> {
  const { page } = person;
  await page.getByText('onerror=window.hacked=1').first().waitFor({ state: 'attached' });
  assert.equal(await page.evaluate('window.hacked'), undefined, page.url());
  assert.equal(await page.locator('img[src="x"], a[href^="javascript:"]').count(), 0, page.url());
  const text = String(await page.evaluate('document.body.innerText'));
  assert.equal(text.includes('\u001b'), false, page.url());
  await assertFitsWindow(page);
  assert.deepEqual(faults, []);
}

async function seeHarmless(path: string): Promise<void> {
  await person.open(path);
  await assertHarmless();
}

/** Opens the first row with these words, and looks into its dialog. */
async function seeDetail(words: string): Promise<void> {
  const { page } = person;
  await page
    .getByRole('button', { name: new RegExp(`^Show: .*${words}`) })
    .first()
    .click();
  await page.getByRole('dialog').getByText('onerror=window.hacked=1').first().waitFor();
  await assertHarmless();
  await page.keyboard.press('Escape');
}

/** A message that the server of its recipient refuses with the reply. */
async function sendBounced() {
  const api = firstAccount(dev.file);
  const to = freshRecipient('gone');
  const from = `app@${dev.file.account.domain}`;
  const { id } = await api.post('/v1/messages', { from, to, subject: script, text: script });
  await traceAt(api, id, 'bounced');
  return { id, to };
}

test('the reply of a server is text on every page that shows it', { timeout: 90_000 }, async () => {
  const { page } = person;
  const api = firstAccount(dev.file);
  const webhook = await api.post('/v1/webhooks', { url: receiver.url, events: ['message.bounced'] });
  const { id, to } = await sendBounced();
  await seeHarmless(`/messages/${id}`);
  await page.getByText('Whole conversation').first().click();
  await assertHarmless();
  await page.getByText('␛[31mred').first().waitFor();
  await seeHarmless('/messages');
  await seeHarmless(`/recipients/${encodeURIComponent(to)}`);
  await seeHarmless('/suppressions');
  await eventually('the statistics', async () => (await api.get('/v1/stats/attention')).groups.length > 0);
  await seeHarmless('/attention');
  await seeHarmless('/');
  await person.open(`/webhooks/${webhook.id}`);
  await seeDetail('message.bounced');
});

test('what a member calls itself and its things is text', { timeout: 90_000 }, async () => {
  const { file } = dev;
  const api = firstAccount(file);
  const headers = { origin: file.api.url };
  const data = { name: script };
  const renamed = await person.page.request.patch(`${file.api.url}/v1/me`, { data, headers });
  assert.equal(renamed.status(), 200);
  await operator(file).post('/v1/admin/accounts', data);
  await seeHarmless('/team');
  await seeHarmless('/admin/users');
  await seeHarmless('/admin/accounts');
  await api.post('/v1/smtp-credentials', data);
  await api.post('/v1/api-keys', data);
  await seeHarmless('/credentials');
  await seeHarmless('/credentials?tab=keys');
  for (const path of ['/audit-log', '/admin/audit-log']) {
    await person.open(path);
    await seeDetail('smtp_credential.created');
  }
});

test('what a stranger writes to a trusted relay is text in the discards', async () => {
  const { file } = dev;
  const from = `"<img src=x onerror=window.hacked=1>"@nowhere.example`;
  const refused = submit({
    port: file.relay.port,
    localAddress: file.networks.trustedRelay.split('/')[0] ?? '',
    mailFrom: 'who@nowhere.example',
    to: freshRecipient(),
    raw: `From: ${from}\nSubject: ${script}\n\nx\n`,
  });
  await assert.rejects(refused, /account_undecided/);
  await eventually(
    'the discard',
    async () => (await operator(file).get('/v1/admin/discards')).data.length > 0,
  );
  await person.open('/admin/discards');
  await seeDetail('');
});

test('a cell of an imported file is text', async () => {
  const { page } = person;
  await person.open('/suppressions');
  await page.getByRole('button', { name: 'Import' }).click();
  const text = `address,reason\n"<img src=x onerror=window.hacked=1>",manual\n${freshRecipient()},"${script.replaceAll('"', '""')}"\n`;
  await page
    .getByLabel('File', { exact: true })
    .setInputFiles({ name: `${script}.csv`, mimeType: 'text/csv', buffer: Buffer.from(text) });
  await page.getByRole('dialog').getByText('Line 2').waitFor();
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.equal(await page.locator('img[src="x"]').count(), 0);
  await assertFitsWindow(page);
  assert.deepEqual(faults, []);
});
