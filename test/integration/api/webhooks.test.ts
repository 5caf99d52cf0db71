import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Json, openTestApi, type TestAccount, type TestApi } from './test-api.ts';

let api: TestApi;
let account: TestAccount;
before(async () => {
  api = await openTestApi();
  account = await api.makeAccount();
});
after(() => api.close());

const url = 'https://hooks.acme.example/waybill';
const make = async (body: Json = {}): Promise<Json> =>
  (await account.ask('POST /v1/webhooks', { url, ...body })).body;
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

test('a secret is shown once, when it is made, and is encrypted at rest', async () => {
  const { secret, ...made } = await make({ description: 'Orders', events: ['message.bounced'] });
  assert.match(secret, /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.deepEqual((await account.ask(`GET /v1/webhooks/${made.id}`)).body, made);
  assert.deepEqual(made.events, ['message.bounced']);
  assert.equal(made.status, 'active');
  const list = (await account.ask('GET /v1/webhooks')).raw.body;
  assert.ok(list.includes(made.id) && !list.includes(secret));
  const { rows } = await api.test.database.pool.query('SELECT secret_box FROM webhook_secret');
  for (const { secret_box: box } of rows) assert.ok(!box.includes(secret) && !box.includes(secret.slice(6)));
});

for (const [body, pointer] of [
  [{ url: 'http://hooks.acme.example/' }, '/url'],
  [{ url: 'https://127.0.0.1/' }, '/url'],
  [{ url: 'https://2130706433/' }, '/url'],
  [{ url: 'https://user:pass@acme.example/' }, '/url'],
  [{ url: 'ftp://acme.example/' }, '/url'],
  [{ url, events: [] }, '/events'],
  [{ url, events: ['message.exploded'] }, '/events/0'],
  [{ url, events: ['*', 'message.bounced'] }, '/events'],
  [{ url, shape: 'resend' }, '/shape'],
  [{ url, backfill_since: daysAgo(8) }, '/backfill_since'],
] as const)
  test(`a webhook with ${JSON.stringify(body)} is refused at ${pointer}`, async () => {
    const answer = await account.ask('POST /v1/webhooks', body);
    assert.equal(answer.status, 400, answer.raw.body);
    assert.equal(answer.body.errors[0].pointer, pointer);
  });

test('a change keeps what it does not name, and its URL is checked too', async () => {
  const { id } = await make({ events: ['message.bounced'] });
  const changed = await account.ask(`PATCH /v1/webhooks/${id}`, { description: 'Bounces' });
  assert.deepEqual(
    [changed.body.description, changed.body.events, changed.body.url],
    ['Bounces', ['message.bounced'], url],
  );
  assert.equal((await account.ask(`PATCH /v1/webhooks/${id}`, { url: 'https://10.0.0.1/' })).status, 400);
  assert.equal((await account.ask(`PATCH /v1/webhooks/${id}`, { status: 'disabled' })).status, 400);
});

test('a webhook is paused and resumed, by route and by change', async () => {
  const { id } = await make();
  assert.equal((await account.ask(`POST /v1/webhooks/${id}/pause`)).body.status, 'paused');
  const tested = await account.ask(`POST /v1/webhooks/${id}/test`);
  assert.deepEqual([tested.status, tested.body.code], [409, 'conflict']);
  assert.equal((await account.ask(`POST /v1/webhooks/${id}/resume`)).body.status, 'active');
  assert.equal((await account.ask(`PATCH /v1/webhooks/${id}`, { status: 'paused' })).body.status, 'paused');
  assert.equal((await account.ask(`PATCH /v1/webhooks/${id}`, { status: 'active' })).body.status, 'active');
});

test('a rotation shows a new secret and says until when the old one signs too', async () => {
  const { id, secret } = await make();
  const rotated = (await account.ask(`POST /v1/webhooks/${id}/rotate-secret`, { grace_minutes: 60 })).body;
  assert.notEqual(rotated.secret, secret);
  const minutes = (Date.parse(rotated.previous_secret_expires_at) - Date.now()) / 60_000;
  assert.ok(minutes > 59 && minutes <= 60, `${minutes} minutes`);
});

test('a test event waits in the log of its webhook, with the request that is sent', async () => {
  const { id } = await make();
  const tested = await account.ask(`POST /v1/webhooks/${id}/test`);
  assert.deepEqual(
    [tested.status, tested.body.status, tested.body.event_type],
    [202, 'waiting', 'webhook.test'],
  );
  const { request, history, ...shown } = (await account.ask(`GET /v1/webhooks/deliveries/${tested.body.id}`))
    .body;
  assert.deepEqual((await account.ask(`GET /v1/webhooks/${id}/deliveries`)).body.data, [shown]);
  assert.deepEqual(history, []);
  const { type, data } = JSON.parse(request.body);
  assert.deepEqual(
    [type, data.id, request.headers['webhook-id']],
    ['webhook.test', shown.event_id, shown.event_id],
  );
});

test('the log is filtered by status, type, event and message', async () => {
  const { id } = await make();
  const { event_id: event } = (await account.ask(`POST /v1/webhooks/${id}/test`)).body;
  const found = async (query: string): Promise<number> =>
    (await account.ask(`GET /v1/webhooks/${id}/deliveries?${query}`)).body.data.length;
  assert.deepEqual(
    [
      await found('status=waiting'),
      await found('status=failed'),
      await found('event_type=webhook.test'),
      await found('event_type=message.bounced'),
      await found(`event_id=${event}`),
      await found('message_id=msg_06h29678q1v5fa1acspgh012b0'),
    ],
    [1, 0, 1, 0, 1, 0],
  );
});

test('a delivery and a range are sent again, at most seven days back', async () => {
  const { id } = await make();
  const { id: delivery } = (await account.ask(`POST /v1/webhooks/${id}/test`)).body;
  const pool = api.test.database.pool;
  await pool.query(`UPDATE webhook_delivery SET status = 'failed', next_attempt_at = NULL, ended_at = now()`);
  const again = await account.ask(`POST /v1/webhooks/deliveries/${delivery}/replay`);
  assert.deepEqual([again.status, again.body.status], [202, 'waiting']);
  assert.notEqual(again.body.next_attempt_at, null);
  await pool.query(`UPDATE webhook_delivery SET status = 'failed', next_attempt_at = NULL, ended_at = now()`);
  const range = await account.ask(`POST /v1/webhooks/${id}/replay?since=${daysAgo(6)}`);
  assert.deepEqual(range.body, { queued: 1 });
  assert.equal((await account.ask(`POST /v1/webhooks/${id}/replay?since=${daysAgo(8)}`)).status, 400);
  const inverted = `since=${daysAgo(1)}&until=${daysAgo(2)}`;
  assert.equal((await account.ask(`POST /v1/webhooks/${id}/replay?${inverted}`)).status, 400);
});

test('a deleted webhook is gone with its log and its secret', async () => {
  const { id } = await make();
  const { id: delivery } = (await account.ask(`POST /v1/webhooks/${id}/test`)).body;
  assert.equal((await account.ask(`DELETE /v1/webhooks/${id}`)).status, 204);
  assert.equal((await account.ask(`GET /v1/webhooks/${id}`)).status, 404);
  assert.equal((await account.ask(`GET /v1/webhooks/${id}/deliveries`)).status, 404);
  assert.equal((await account.ask(`POST /v1/webhooks/deliveries/${delivery}/replay`)).status, 404);
});

test('a test key sees webhooks but neither their log nor a way to change them', async () => {
  const { id } = await make();
  const { body } = await account.ask('POST /v1/api-keys', { name: 'tests', kind: 'test' });
  const tester = api.as(body.key);
  assert.equal((await tester(`GET /v1/webhooks/${id}`)).status, 200);
  for (const what of [`GET /v1/webhooks/${id}/deliveries`, `POST /v1/webhooks/${id}/test`])
    assert.equal((await tester(what)).status, 403, what);
});

test('an account has at most fifty webhooks, also when requests come at once', async () => {
  const other = await api.makeAccount();
  const answers = await Promise.all(
    Array.from({ length: 55 }, () => other.ask('POST /v1/webhooks', { url })),
  );
  const made = answers.filter(({ status }) => status === 201).length;
  assert.deepEqual([made, answers.filter(({ status }) => status === 409).length], [50, 5]);
});
