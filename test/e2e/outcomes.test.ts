import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import {
  type Api,
  apiOf,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  operator,
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

const magic = (name: string): string => freshRecipient(name, 'sandbox.test');

async function sendTo(to: string, header = ''): Promise<{ api: Api; id: string }> {
  const { smtp, credential } = dev.file;
  const raw = `From: app@acme.test\nTo: ${to}\n${header}Subject: Outcome\n\nHello\n`;
  const reply = await submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw });
  return { api: firstAccount(dev.file), id: messageIdIn(reply) };
}

const attemptsOf = (trace: Json): readonly Json[] => trace.deliveries[0].history;

test('a recipient that is put off is tried again and delivered', async () => {
  const to = magic('softbounce');
  const { api, id } = await sendTo(to);
  const trace = await traceAt(api, id, 'delivered');
  const attempts = attemptsOf(trace);
  assert.deepEqual(
    attempts.map(({ outcome }) => outcome),
    ['deferred', 'deferred', 'delivered'],
  );
  assert.equal(Math.floor(attempts[0].reply.code / 100), 4);
  assert.ok(attempts[0].reason.length > 0);
  assert.ok(attempts[0].transcript.some((line: Json) => line.from === 'server' && /^4\d\d/.test(line.text)));
  await caughtBy(api, to);
});

test('a recipient that does not exist bounces once, with the reply as it was', async () => {
  const { api, id } = await sendTo(magic('bounce'));
  const trace = await traceAt(api, id, 'bounced');
  const attempts = attemptsOf(trace);
  assert.equal(attempts.length, 1);
  assert.equal(attempts[0].reply.code, 550);
  assert.equal(attempts[0].reply.enhanced_code, '5.1.1');
  assert.match(trace.deliveries[0].reason, /550|5\.1\.1/);
});

test('a connection lost before the dot is tried again', async () => {
  const { api, id } = await sendTo(magic('drop-before-dot'));
  const trace = await traceAt(api, id, 'deferred');
  const [first] = attemptsOf(trace);
  assert.equal(first.outcome, 'deferred');
  assert.equal(first.dot_sent_at, null);
  await api.post(`/v1/messages/${id}/cancel`);
});

test('a connection lost after the dot is unknown and sent again; cancelled, it stays unknown and is not sent again', async () => {
  const { api, id } = await sendTo(magic('drop-after-dot'));
  const trace = await traceAt(api, id, 'unknown');
  const [first] = attemptsOf(trace);
  assert.equal(first.outcome, 'unknown');
  assert.notEqual(first.dot_sent_at, null);
  assert.match(trace.deliveries[0].reason, /It is sent again \(prefer_delivery\)/);
  // An attempt that goes on at this moment is not cancelled.
  await eventually('cancelled', () =>
    api.post(`/v1/messages/${id}/cancel`).then(
      () => true,
      () => false,
    ),
  );
  const [delivery] = (await api.get(`/v1/messages/${id}`)).deliveries;
  assert.deepEqual([delivery.status, delivery.next_attempt_at], ['unknown', null]);
});

test('a stream that prefers no duplicate does not send again what may have arrived', async () => {
  const api = firstAccount(dev.file);
  await api.post('/v1/streams', { name: 'once', unknown_policy: 'prefer_no_duplicate' });
  const to = magic('drop-after-dot');
  const { id } = await sendTo(to, 'X-Waybill-Stream: once\n');
  const trace = await traceAt(api, id, 'unknown');
  assert.equal(attemptsOf(trace).length, 1);
  assert.match(trace.deliveries[0].reason, /It is not sent again \(prefer_no_duplicate\)/);
  const [delivery] = (await api.get(`/v1/messages/${id}`)).deliveries;
  assert.equal(delivery.next_attempt_at, null);
});

test('a next hop that refuses the connection is tried again until the message expires or gets through', async () => {
  // A port that was free a moment ago, without a listener.
  const port = await new Promise<number>((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
  const admin = operator(dev.file);
  const { id: accountId } = await admin.post('/v1/admin/accounts', {
    name: `Refused ${Date.now()}`,
    delivery_mode: 'smarthost',
    smarthost_url: `smtp://127.0.0.1:${port}`,
  });
  const api = apiOf({ url: dev.file.api.url, key: dev.file.api.operatorKey, accountId });
  const domain = `refused-${Date.now()}.test`;
  const made = await api.post('/v1/domains', { domain });
  await api.post(`/v1/domains/${made.id}/verify`);
  const { username, secret } = await api.post('/v1/smtp-credentials', { name: 'x' });
  const to = freshRecipient();
  const raw = `From: app@${domain}\nTo: ${to}\nSubject: Refused\n\nHello\n`;
  const reply = await submit({
    port: dev.file.smtp.port,
    auth: { username, password: secret },
    mailFrom: `app@${domain}`,
    to,
    raw,
  });
  const trace = await traceAt(api, messageIdIn(reply), 'deferred');
  assert.match(JSON.stringify(attemptsOf(trace)[0]), /ECONNREFUSED|refused/i);
});

test('a message to three recipients has three outcomes, each reported by itself', async () => {
  const to = [magic('delivered'), magic('bounce'), magic('softbounce')];
  const { smtp, credential } = dev.file;
  const reply = await submit({
    port: smtp.port,
    auth: credential,
    mailFrom: 'app@acme.test',
    to,
    raw: `From: app@acme.test\nTo: list@example.com\nSubject: Three\n\nHello\n`,
  });
  const id = messageIdIn(reply);
  const api = firstAccount(dev.file);
  await traceAt(api, id, 'bounced');
  const trace = await traceAt(api, id, 'delivered');
  assert.equal(trace.deliveries.length, 3);
  const copies = await Promise.all([caughtBy(api, to[0] ?? ''), caughtBy(api, to[2] ?? '')]);
  assert.notEqual(copies[0].mail_from, copies[1].mail_from);
});
