/** From a message to the developer's own server, over the whole product. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { firstAccount, freshRecipient, type Json } from '../support/black-box.ts';
import { openDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { openReceiver, type Receiver } from '../support/receiver.ts';

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
