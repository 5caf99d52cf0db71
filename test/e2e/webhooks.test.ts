/** From a message to the developer's own server, over the whole product. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { Webhook } from 'standardwebhooks';
import { firstAccount, freshRecipient, type Json } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';

const run = promisify(execFile);
const bin = resolve(import.meta.dirname, '../../apps/cli/bin/waybill.mjs');

let dev: TestDev;
let receiver: Receiver;
before(async () => {
  dev = await openDev();
  receiver = await openReceiver();
});
after(async () => {
  await receiver.close();
  await dev.stop();
});

test('a developer receives the events of a message on their own machine within two seconds, signed, as GET /v1/events shows them', async (t) => {
  const api = firstAccount(dev.file);
  const events = ['message.queued', 'message.delivered'];
  const { id, secret } = await api.post<Json>('/v1/webhooks', { url: receiver.url, events });
  t.after(() => api.remove(`/v1/webhooks/${id}`));
  const to = freshRecipient();
  const message = { from: 'app@acme.test', to, subject: 'Hook', text: 'Hello', metadata: { order: '7' } };
  const sent = await api.post<Json>('/v1/messages', message);
  const ofMessage = () => receiver.got.filter(({ body }) => body.data.message_id === sent.id);
  await eventually('both events came', () => ofMessage().length === 2, 10);
  const shown = (await api.get<Json>(`/v1/messages/${sent.id}/events`)).data;
  const wanted = shown.filter(({ type }: Json) => events.includes(type));
  assert.deepEqual(
    ofMessage().map(({ body }) => body.data),
    wanted,
  );
  for (const { text, headers, body } of ofMessage()) {
    assert.ok(new Webhook(secret).verify(text, headers));
    assert.deepEqual([body.type, body.timestamp], [body.data.type, body.data.occurred_at]);
    assert.deepEqual([body.data.recipient, body.data.metadata], [to, { order: '7' }]);
  }
  const log = (await api.get<Json>(`/v1/webhooks/${id}/deliveries?message_id=${sent.id}`)).data;
  assert.deepEqual(
    log.map(({ status, last_attempt: last }: Json) => [status, last.status_code, last.answer]),
    [
      ['delivered', 200, 'noted'],
      ['delivered', 200, 'noted'],
    ],
  );
});

test('a test event arrives, and the ports of the product take no webhook', async (t) => {
  const api = firstAccount(dev.file);
  const { id } = await api.post<Json>('/v1/webhooks', { url: receiver.url, events: ['domain.degraded'] });
  t.after(() => api.remove(`/v1/webhooks/${id}`));
  const { id: delivery } = await api.post<Json>(`/v1/webhooks/${id}/test`);
  await eventually('the test event came', () =>
    receiver.got.some(({ body }) => body.type === 'webhook.test'),
  );
  await eventually(
    'the log says so',
    async () => (await api.get<Json>(`/v1/webhooks/deliveries/${delivery}`)).status === 'delivered',
  );
  await assert.rejects(api.post('/v1/webhooks', { url: `${dev.file.api.url}/v1/session` }), { status: 400 });
});

test('an operator pauses and resumes a webhook on the host, and events that came meanwhile arrive', async (t) => {
  const api = firstAccount(dev.file);
  const { id } = await api.post<Json>('/v1/webhooks', { url: receiver.url, events: ['message.delivered'] });
  t.after(() => api.remove(`/v1/webhooks/${id}`));
  const of = ['--account', dev.file.account.id, '--data', dev.folder, '--json'];
  const waybill = async (...command: readonly string[]): Promise<Json> =>
    JSON.parse((await run(process.execPath, [bin, 'webhook', ...command, ...of])).stdout);
  assert.equal((await waybill('pause', id)).status, 'paused');
  const message = { from: 'app@acme.test', to: freshRecipient(), subject: 'Hook', text: 'Hello' };
  const sent = await api.post<Json>('/v1/messages', message);
  const log = async (): Promise<readonly Json[]> =>
    (await api.get<Json>(`/v1/webhooks/${id}/deliveries`)).data;
  await eventually('the event waits', async () => (await log()).length === 1);
  assert.deepEqual([(await log())[0].status, (await log())[0].message_id], ['waiting', sent.id]);
  assert.equal((await waybill('resume', id)).status, 'active');
  await eventually('it came', () => receiver.got.some(({ body }) => body.data.message_id === sent.id));
  assert.equal((await waybill('list')).data.find((one: Json) => one.id === id).status, 'active');
});
