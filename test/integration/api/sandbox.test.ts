import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { makeId, publicId } from '@waybill/relay/id';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
let other: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
  other = await api.makeAccount();
});
after(() => api.close());

let count = 0;
async function arrive(
  of: TestAccount,
  mail: { to?: string; bytes?: Buffer } = {},
): Promise<{ id: string; to: string }> {
  const id = makeId(new Date(), randomBytes(10));
  const to = mail.to ?? `ada${count++}@example.com`;
  await api.dependencies.stores.sandbox.save({
    id,
    accountId: of.innerId,
    mailFrom: 'b.x@bounces.test',
    rcptTo: to,
    heloName: 'localhost',
    bytes: mail.bytes ?? Buffer.from(`From: app@acme.test\r\nTo: ${to}\r\nSubject: Hi\r\n\r\nHello\r\n`),
    receivedAt: new Date(),
  });
  return { id: publicId('box', id), to };
}

test('what a recipient got is read with its exact bytes', async () => {
  const bytes = Buffer.from('From: a@b.test\r\nSubject: \xe9\xff\r\n\r\n\x00\x80raw\r\n', 'latin1');
  const { id, to } = await arrive(account, { bytes });
  const list = await account.ask(`GET /v1/sandbox/messages?to=${encodeURIComponent(to.toUpperCase())}`);
  assert.deepEqual(
    list.body.data.map((row: { id: string }) => row.id),
    [id],
  );
  const raw = await account.ask(`GET /v1/sandbox/messages/${id}/raw`);
  assert.equal(raw.raw.headers['content-type'], 'message/rfc822');
  assert.ok(raw.raw.rawPayload.equals(bytes));
});

test('one message is read with headers, text, html and attachments', async () => {
  const bytes = Buffer.from(
    [
      'From: =?utf-8?q?Zo=C3=AB?= <zoe@acme.test>',
      'Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/html',
      '',
      '<b>Hi</b>',
      '--x',
      'Content-Type: application/pdf; name=a.pdf',
      'Content-Disposition: attachment; filename=a.pdf',
      'Content-Transfer-Encoding: base64',
      '',
      'aGk=',
      '--x--',
      '',
    ].join('\r\n'),
  );
  const { id } = await arrive(account, { bytes });
  const { body } = await account.ask(`GET /v1/sandbox/messages/${id}`);
  assert.equal(body.subject, 'Grüße');
  assert.match(body.from, /Zoë/);
  assert.match(body.html, /<b>Hi<\/b>/);
  assert.deepEqual(body.attachments, [
    { filename: 'a.pdf', content_type: 'application/pdf', content_id: null, size: 2 },
  ]);
  assert.ok(body.headers.some((one: { name: string }) => one.name === 'Subject'));
});

test('a long poll answers as soon as the message is there, and empty when none comes', async () => {
  const to = `late-${Date.now()}@example.com`;
  const started = performance.now();
  const waiting = account.ask(`GET /v1/sandbox/messages?to=${to}&wait=30`);
  setTimeout(() => void arrive(account, { to }), 300);
  assert.equal((await waiting).body.data.length, 1);
  const took = performance.now() - started;
  assert.ok(took >= 290 && took < 15_000, `${took} ms`);
  const empty = await account.ask('GET /v1/sandbox/messages?to=absent@example.com&wait=0.3');
  assert.deepEqual(empty.body.data, []);
  assert.equal((await account.ask('GET /v1/sandbox/messages?wait=31')).status, 400);
});

test('another account sees and removes nothing of it', async () => {
  const { id, to } = await arrive(account);
  assert.deepEqual((await other.ask(`GET /v1/sandbox/messages?to=${to}`)).body.data, []);
  assert.equal((await other.ask(`GET /v1/sandbox/messages/${id}`)).status, 404);
  assert.deepEqual((await other.ask('DELETE /v1/sandbox/messages')).body, { removed: 0 });
  assert.equal((await account.ask(`GET /v1/sandbox/messages/${id}`)).status, 200);
});

test('an operator without an account sees all of it', async () => {
  const [one, two] = [await arrive(account), await arrive(other)];
  for (const { id } of [one, two])
    assert.equal((await api.operator(`GET /v1/sandbox/messages/${id}`)).status, 200);
});

const pathOf = (url: string): string => new URL(url).pathname + new URL(url).search;
const page = async (path: string) => (await api.as(undefined)(`GET ${path}`)).raw;

const hostile = '<script>alert(1)</script>"\'><img src=x onerror=alert(2)>';
test('a page shows a hostile message without running, loading or sending anything', async () => {
  const bytes = Buffer.from(
    [
      `From: "${hostile.replaceAll('"', '\\"')}" <a@b.test>`,
      `Subject: ${hostile}`,
      `X-Hostile: ${hostile}`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=x',
      '',
      '--x',
      'Content-Type: text/plain',
      '',
      hostile,
      '--x',
      'Content-Type: text/html',
      '',
      `<p onclick="alert(3)">${hostile}</p><img src="https://tracker.example/p.gif"></iframe><script>alert(4)</script>`,
      '--x',
      'Content-Type: text/plain',
      `Content-Disposition: attachment; filename="${hostile.replaceAll('"', '')}"`,
      '',
      'x',
      '--x--',
      '',
    ].join('\r\n'),
  );
  const { id } = await arrive(account, { bytes, to: '"<b>x</b>"@example.com' });
  const { url } = (await account.ask(`GET /v1/sandbox/messages/${id}`)).body;
  const { body, headers, statusCode } = await page(pathOf(url));
  assert.equal(statusCode, 200);
  // Outside of the frame's attribute, in which everything is escaped, there is no tag that we did not write.
  const tags = new Set(
    [...body.matchAll(/<([a-z!/]+)/gi)].map(([, name]) => name?.toLowerCase().replace('/', '')),
  );
  for (const tag of ['script', 'img', 'b', 'svg']) assert.ok(!tags.has(tag), tag);
  assert.match(
    body,
    /<iframe title="HTML part" sandbox="" referrerpolicy="no-referrer" srcdoc="[^"<>]*"><\/iframe>/,
  );
  assert.match(
    body,
    /srcdoc="&lt;meta http-equiv=&quot;Content-Security-Policy&quot; content=&quot;default-src &#39;none&#39;/,
  );
  assert.match(
    String(headers['content-security-policy']),
    /^default-src 'none'; style-src 'unsafe-inline'; img-src data:/,
  );
  assert.doesNotMatch(String(headers['content-security-policy']), /script-src/);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['referrer-policy'], 'no-referrer');
});

test('the list opens by its link and leads to each message', async () => {
  const { id } = await arrive(account);
  const { url } = (await account.ask('GET /v1/sandbox/link')).body;
  const list = await page(pathOf(url));
  assert.equal(list.statusCode, 200);
  const [, href = ''] = new RegExp(`href="(/sandbox/${id}\\?t=[^"]+)"`).exec(list.body) ?? [];
  assert.equal((await page(href)).statusCode, 200);
  assert.ok(list.body.includes(id));
});

test('a link opens nothing of another account, and none opens without one', async () => {
  const mine = await arrive(account);
  const theirs = await arrive(other);
  const link = pathOf((await account.ask('GET /v1/sandbox/link')).body.url);
  const token = link.split('?t=')[1];
  const single = pathOf((await account.ask(`GET /v1/sandbox/messages/${mine.id}`)).body.url);
  for (const path of [
    '/sandbox',
    '/sandbox?t=',
    `/sandbox?t=${token?.slice(0, -2)}AA`,
    `/sandbox/${mine.id}`,
    `/sandbox/${theirs.id}?t=${token}`,
    `/sandbox?t=${single.split('?t=')[1]}`,
    `/sandbox/${theirs.id}?t=${single.split('?t=')[1]}`,
    `/sandbox/box_x?t=${token}`,
    `/sandbox?t=${account.key}`,
  ]) {
    const answer = await page(path);
    assert.equal(answer.statusCode, 404, path);
    assert.ok(!answer.body.includes('Hello'));
  }
  assert.ok(!(await page(link)).body.includes(theirs.id));
  assert.equal((await page(single)).statusCode, 200);
});

test('the sandbox is emptied by its account, one or all', async () => {
  const { id } = await arrive(other);
  await arrive(other);
  assert.equal((await other.ask(`DELETE /v1/sandbox/messages/${id}`)).status, 204);
  assert.equal((await other.ask(`DELETE /v1/sandbox/messages/${id}`)).status, 404);
  assert.ok((await other.ask('DELETE /v1/sandbox/messages')).body.removed >= 1);
  assert.deepEqual((await other.ask('GET /v1/sandbox/messages')).body.data, []);
});
