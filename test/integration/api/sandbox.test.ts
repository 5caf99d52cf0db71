import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { dnsIn } from '@waybill/relay/domains/dns.test-support';
import { makeId, publicId } from '@waybill/relay/id';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';
import { openTestApi, type TestAccount, type TestApi } from './test-api.ts';

/** The DKIM keys that DNS has. */
const zone = new Map<string, readonly string[] | 'broken'>();

let api: TestApi;
let account: TestAccount;
let other: TestAccount;
before(async () => {
  api = await openTestApi({ dependencies: { lookUp: dnsIn(zone) } });
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

test('the list shows subject and sender, and where the dashboard shows the message', async () => {
  const { id, to } = await arrive(account);
  const [row] = (await account.ask(`GET /v1/sandbox/messages?to=${encodeURIComponent(to)}`)).body.data;
  assert.deepEqual([row.subject, row.from], ['Hi', 'app@acme.test']);
  assert.equal(row.url, `${api.dependencies.publicUrl}/app/sandbox/${id}?account=${account.id}`);
  assert.equal((await account.ask(`GET /v1/sandbox/messages/${id}`)).body.url, row.url);
});

test('no page outside of the dashboard shows what a recipient got', async () => {
  const { id } = await arrive(account);
  for (const path of ['/sandbox', `/sandbox/${id}`])
    assert.equal((await api.as(undefined)(`GET ${path}`)).status, 404, path);
});

test('the sandbox is emptied by its account, one or all', async () => {
  const { id } = await arrive(other);
  await arrive(other);
  assert.equal((await other.ask(`DELETE /v1/sandbox/messages/${id}`)).status, 204);
  assert.equal((await other.ask(`DELETE /v1/sandbox/messages/${id}`)).status, 404);
  assert.ok((await other.ask('DELETE /v1/sandbox/messages')).body.removed >= 1);
  assert.deepEqual((await other.ask('GET /v1/sandbox/messages')).body.data, []);
});

test('signatures are verified with the keys that are in DNS: broken, unknown and unreachable ones say why', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const content = 'From: app@acme.test\r\nSubject: Hi\r\n\r\nHello\r\n';
  const keyText = String(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const [one, ...more] = ['w1', 'w2', 'w3'].map((selector) => ({
    signingDomain: 'acme.test',
    selector,
    privateKey: keyText,
  }));
  assert.ok(one);
  const { signatures } = await dkimSign(content, { ...one, signatureData: [one, ...more] });
  const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  zone.set('w1._domainkey.acme.test', [`v=DKIM1; k=rsa; p=${key}`]);
  zone.set('w3._domainkey.acme.test', 'broken');
  const text = `${signatures}${content}`;
  const resultsOf = async (bytes: Buffer): Promise<readonly string[]> => {
    const { id } = await arrive(account, { bytes });
    const { body } = await account.ask(`GET /v1/sandbox/messages/${id}/checks`);
    return body.signatures.map(
      (one: { selector: string; result: string; detail: string | null }) =>
        `${one.selector} ${one.result} ${one.detail ?? ''}`,
    );
  };
  const [first, second, third] = (await resultsOf(Buffer.from(text))).toSorted();
  assert.equal(first, 'w1 pass ');
  assert.match(second ?? '', /^w2 (neutral|permerror) .+/);
  assert.match(third ?? '', /^w3 temperror .+/);
  const changed = (await resultsOf(Buffer.from(text.replace('Hello', 'Hallo')))).toSorted();
  assert.match(changed[0] ?? '', /^w1 (fail|neutral) .*body/);
  assert.deepEqual(await resultsOf(Buffer.from('From: app@acme.test\r\n\r\nHello\r\n')), []);
  const many = `${signatures.repeat(7)}${content}`;
  assert.match((await resultsOf(Buffer.from(many))).join('; '), /^ policy more than 20 signatures/);
});
