import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';

let dev: TestDev;
before(async () => {
  dev = await openDev();
});
after(() => dev.stop());

const attachment = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919) % 256))
  .toString('base64')
  .replaceAll(/.{76}/g, '$&\n');
const html =
  '<html><body><p>Hi <a href="https://example.com/a?x=1&amp;y=2">one</a> <a href="http://example.org/b">two</a> <a href="mailto:x@example.com">three</a></p></body></html>';
const text = 'Hi, see https://example.com/plain and http://example.org/other.';

const multipart = (to: string, headers = ''): string =>
  [
    'From: App <app@acme.test>',
    `To: ${to}`,
    'Subject: Tracked',
    'Message-ID: <kept@acme.test>',
    'MIME-Version: 1.0',
    `${headers}Content-Type: multipart/mixed; boundary=outer`,
    '',
    '--outer',
    'Content-Type: multipart/alternative; boundary=inner',
    '',
    '--inner',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--inner',
    'Content-Type: text/html; charset=utf-8',
    '',
    html,
    '--inner--',
    '--outer',
    'Content-Type: application/octet-stream',
    'Content-Transfer-Encoding: base64',
    'Content-Disposition: attachment; filename=data.bin',
    '',
    attachment,
    '--outer--',
    '',
  ].join('\n');

type Sent = { readonly id: string; readonly to: string; readonly raw: string; readonly bytes: Buffer };

async function sendTracked(headers = ''): Promise<Sent> {
  const to = freshRecipient();
  const { smtp, credential } = dev.file;
  const reply = await submit({
    port: smtp.port,
    auth: credential,
    mailFrom: 'app@acme.test',
    to,
    raw: multipart(to, headers),
  });
  const { raw } = await caughtBy(firstAccount(dev.file), to);
  await assertSigned(raw, dev.file, 'acme.test');
  return { id: messageIdIn(reply), to, raw: raw.toString('latin1'), bytes: raw };
}

const partOf = (raw: string, type: string): string => {
  const start = raw.indexOf('\r\n\r\n', raw.indexOf(`Content-Type: ${type}`)) + 4;
  return raw.slice(start, raw.indexOf('\r\n--', start));
};
const sha = (value: string): string => createHash('sha256').update(value, 'latin1').digest('hex');
const crlf = (value: string): string => value.replaceAll('\n', '\r\n');
const clickUrls = (raw: string): readonly string[] =>
  raw.match(/http:\/\/127\.0\.0\.1:\d+\/c\/[\w-]+/g) ?? [];
const pixelUrl = (raw: string): string | undefined =>
  /http:\/\/127\.0\.0\.1:\d+\/o\/[\w-]+(?:\.gif)?/.exec(raw)?.[0];

test('by default the links and the open pixel of the HTML part are tracked and every other part is identical', async () => {
  const { raw, id } = await sendTracked();
  assert.equal(clickUrls(raw).length, 2);
  assert.ok(pixelUrl(raw));
  assert.equal(sha(partOf(raw, 'text/plain')), sha(text));
  assert.equal(sha(partOf(raw, 'application/octet-stream')), sha(crlf(attachment)));
  assert.match(partOf(raw, 'text/html'), /href="mailto:x@example\.com"/);
  assert.match(raw, /^Message-ID: <kept@acme\.test>\r$/m);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(JSON.stringify(trace), /2 links? tracked/);
});

const modes = [
  { header: 'none', html: 0, text: 0 },
  { header: 'html', html: 2, text: 0 },
  { header: 'text', html: 0, text: 2 },
  { header: 'all', html: 2, text: 2 },
] as const;

for (const mode of modes) {
  test(`X-Waybill-Track-Clicks: ${mode.header} tracks ${mode.html} links of the HTML part and ${mode.text} of the text`, async () => {
    const { raw, id } = await sendTracked(`X-Waybill-Track-Clicks: ${mode.header}\n`);
    assert.equal(clickUrls(partOf(raw, 'text/html')).length, mode.html);
    assert.equal(clickUrls(partOf(raw, 'text/plain')).length, mode.text);
    const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
    assert.match(JSON.stringify(trace), /rewrite-links/);
  });
}

test('X-Waybill-Track-Opens: no leaves the pixel out and the trace says why', async () => {
  const { raw, id } = await sendTracked('X-Waybill-Track-Opens: no\n');
  assert.equal(pixelUrl(raw), undefined);
  const trace = await traceAt(firstAccount(dev.file), id, 'delivered');
  assert.match(JSON.stringify(trace), /add-open-pixel/);
});

test('an open and a click are events of the delivery, and the redirect goes to the original target', async () => {
  const { raw, id } = await sendTracked();
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  const pixel = await fetch(pixelUrl(raw) ?? '', { headers: browser });
  assert.equal(pixel.headers.get('content-type'), 'image/gif');
  const targets = await Promise.all(
    clickUrls(raw).map(async (url) =>
      (await fetch(url, { redirect: 'manual', headers: browser })).headers.get('location'),
    ),
  );
  assert.deepEqual(targets.toSorted(), ['http://example.org/b', 'https://example.com/a?x=1&y=2']);
  const events = await eventually('open and clicks', async () => {
    const list = await firstAccount(dev.file).get<{ data: Json[] }>(`/v1/messages/${id}/events`);
    const types = list.data.map(({ type }) => type);
    return types.includes('message.opened') && types.filter((type) => type === 'message.clicked').length === 2
      ? list.data
      : undefined;
  });
  const clicked = events.find(({ type }) => type === 'message.clicked');
  assert.match(JSON.stringify(clicked), /human/);
});

test('one-click unsubscribe is offered under the signature, GET changes nothing, POST suppresses', async () => {
  const { raw, to } = await sendTracked();
  const url = /^List-Unsubscribe:.*?<(http[^>]+)>/ms.exec(raw)?.[1] ?? '';
  assert.match(raw, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click\r$/m);
  assert.match(
    raw.replaceAll(/\r\n[ \t]+/g, ''),
    /DKIM-Signature:[^\r]*h=[^;]*List-Unsubscribe[^;]*List-Unsubscribe-Post/i,
  );
  const api = firstAccount(dev.file);
  const suppressed = async (): Promise<boolean> =>
    (await api.get<{ data: Json[] }>('/v1/suppressions?limit=100')).data.some(
      ({ address }) => address === to.toLowerCase(),
    );

  const page = await fetch(url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  assert.equal(await suppressed(), false);

  const post = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });
  assert.equal(post.status, 200);
  await eventually('the suppression', async () => ((await suppressed()) ? true : undefined));
});

test('a token with any character changed opens nothing', async () => {
  const { raw } = await sendTracked();
  const url = clickUrls(raw)[0] ?? '';
  const token = url.slice(url.lastIndexOf('/') + 1);
  for (const at of [0, 5, 20, token.length - 2]) {
    const forged = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    assert.equal((await fetch(url.replace(token, forged), { redirect: 'manual' })).status, 404);
  }
});

test('signed and encrypted messages are left as they are, and the trace says so', async () => {
  const to = freshRecipient();
  const signedPart = ['Content-Type: text/html', '', '<a href="https://example.com/">x</a>'].join('\n');
  const raw = [
    'From: app@acme.test',
    `To: ${to}`,
    'Subject: Signed',
    'MIME-Version: 1.0',
    'Content-Type: multipart/signed; micalg=pgp-sha256; protocol="application/pgp-signature"; boundary=s',
    '',
    '--s',
    signedPart,
    '--s',
    'Content-Type: application/pgp-signature',
    '',
    'iQEzBAEBCAAdFiEE',
    '--s--',
    '',
  ].join('\n');
  const { smtp, credential } = dev.file;
  const reply = await submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw });
  const caught = await caughtBy(firstAccount(dev.file), to);
  assert.ok(caught.raw.toString('latin1').includes(crlf(`--s\n${signedPart}\n--s`)));
  const trace = await traceAt(firstAccount(dev.file), messageIdIn(reply), 'delivered');
  assert.match(JSON.stringify(trace), /signed/);
});
