/** The page of one message: what a reader does there, and what the sender of a message cannot do there. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { firstAccount, freshRecipient, traceAt } from '../support/black-box.ts';
import { openStage } from './stage.ts';

const stage = openStage();

async function send(fields: Readonly<Record<string, unknown>>): Promise<string> {
  const api = firstAccount(stage.file);
  const from = `app@${stage.file.account.domain}`;
  const { id } = await api.post('/v1/messages', { from, to: freshRecipient('page'), ...fields });
  await traceAt(api, id, 'delivered');
  return id;
}

test('images of a message are loaded when the reader asks, and not before', async () => {
  const { page, open } = stage.person;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response
      .writeHead(200, { 'content-type': 'image/svg+xml' })
      .end('<svg xmlns="http://www.w3.org/2000/svg"/>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const image = `http://127.0.0.1:${(server.address() as AddressInfo).port}/pixel.svg`;
  const id = await send({
    subject: 'With an image',
    html: `<p>Hi</p><img src="${image}" onload="top.hacked=1">`,
  });
  await open(`/messages/${id}?tab=preview`);
  await page.frameLocator('iframe').getByText('Hi').waitFor();
  assert.deepEqual(asked, []);
  const loading = page.waitForResponse(image);
  await page.getByRole('button', { name: 'Load images' }).click();
  await loading;
  await page.frameLocator('iframe').getByText('Hi').waitFor();
  assert.deepEqual(asked, ['/pixel.svg']);
  server.close();
});

test('the links of a message are listed, and none of them is a link of the page', async () => {
  const { page, open } = stage.person;
  const id = await send({
    subject: 'Links',
    html: '<a href="https://shop.example/offer?a=1">See the offer</a>',
  });
  await open(`/messages/${id}?tab=links`);
  const row = page.getByRole('row').filter({ hasText: 'See the offer' });
  await row.getByText('https://shop.example/offer?a=1').waitFor();
  assert.equal(await row.getByRole('link').count(), 0);
});

test('a message is sent again as a new one that names the old one', async () => {
  const { page, open } = stage.person;
  const id = await send({ subject: 'Twice', text: 'x' });
  await open(`/messages/${id}`);
  await page.getByRole('button', { name: 'Send again' }).click();
  await page.getByRole('button', { name: 'Send a new message' }).click();
  await page.getByRole('link', { name: id }).click();
  await page.getByRole('complementary').getByText(id).waitFor();
});

const script = '"><script>window.hacked=1</script><img src=x onerror="window.hacked=1">';

test('what a recipient got shows what receivers check, and how it differs from what was sent', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('checked');
  await send({ from: `app@${stage.file.account.domain}`, to, subject: 'Checked', text: 'Hello' });
  const [box] = (await firstAccount(stage.file).get(`/v1/sandbox/messages?to=${encodeURIComponent(to)}`))
    .data;
  await open(`/sandbox/${box.id}`);
  await page.getByRole('heading', { name: 'What receivers check' }).waitFor();
  await page
    .getByText(new RegExp(`^The signature of ${stage.file.account.domain} .* holds, and is aligned`))
    .waitFor();
  await page.getByText(`Passes for ${stage.file.account.domain}, by its DKIM signature`).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Preview' }).getAttribute('aria-current'), 'page');
  await page.getByRole('link', { name: 'Sent / received / difference' }).click();
  await page
    .locator('ins', { hasText: /^DKIM-Signature:/ })
    .first()
    .waitFor();
  await page.getByRole('link', { name: to }).click();
  await page.getByRole('heading', { name: to, level: 1 }).waitFor();
});

test('the page of a suppressed address says why nothing is sent to it', async () => {
  const { page, open } = stage.person;
  const address = freshRecipient('stopped');
  await firstAccount(stage.file).post('/v1/suppressions', { address, note: 'asked by telephone' });
  await open(`/recipients/${encodeURIComponent(address)}`);
  await page.getByRole('heading', { name: 'Why it is suppressed' }).waitFor();
  await page.getByText('asked by telephone').waitFor();
  await page.getByText('the whole account').waitFor();
});

test('script in every field of a message is text on every page that shows it', async () => {
  const { page, open } = stage.person;
  const to = freshRecipient('hostile');
  const id = await send({
    from: `"${script.replaceAll('"', '')}" <app@${stage.file.account.domain}>`,
    to,
    subject: script,
    text: script,
    html: `<p>${script}</p><a href="javascript:top.hacked=1">go</a><a href="https://x.example/${encodeURI(script)}">${script}</a>`,
    headers: { 'X-Note': script },
    attachments: [{ filename: `${script}.html`, content: Buffer.from(script).toString('base64') }],
    tags: [{ name: 'kind', value: 'hostile' }],
    metadata: { note: script },
    custom_id: script.slice(0, 100),
  });
  const box = (await firstAccount(stage.file).get(`/v1/sandbox/messages?to=${encodeURIComponent(to)}`))
    .data[0];
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('dialog', (dialog) => faults.push(dialog.message()));
  const tabs = ['timeline', 'preview', 'text', 'headers', 'raw', 'difference', 'links'];
  for (const path of [
    `/messages?q=${id}`,
    ...tabs.map((tab) => `/messages/${id}?tab=${tab}`),
    `/recipients/${encodeURIComponent(to)}`,
    ...['preview', 'text', 'headers', 'raw', 'difference'].map((tab) => `/sandbox/${box.id}?tab=${tab}`),
  ]) {
    await open(path);
    assert.equal(await page.evaluate('window.hacked'), undefined, path);
    assert.equal(await page.locator('a[href^="javascript:"]').count(), 0, path);
    assert.equal(await page.locator('img[src="x"]').count(), 0, path);
  }
  assert.deepEqual(faults, []);
});
