/** What is sent to a webhook and when, with real requests and a clock that the test moves. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { publicId } from '@waybill/relay/id';
import { Webhook } from 'standardwebhooks';
import { Webhook as SvixWebhook } from 'svix';
import { onWebhook } from '../../../apps/worker/src/webhooks/on-webhook.ts';
import { openReceiver, type Received, type Receiver } from '../../support/receiver.ts';
import { type Endpoint, openInstallation } from './installation.ts';

const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

const installation = await openInstallation();
const receiver: Receiver = await openReceiver();
after(async () => {
  await receiver.close();
  await installation.close();
});

let accountId: string;
let webhook: Endpoint;
beforeEach(async () => {
  receiver.got.splice(0);
  receiver.answer = () => 200;
  accountId = await installation.addAccount();
  webhook = await installation.addWebhook(accountId, receiver.url);
  await installation.read();
});

type Type = Parameters<typeof installation.addEvents>[2][number];

async function happens(...types: readonly Type[]): Promise<readonly string[]> {
  const ids = await installation.addEvents(accountId, installation.someId(), types);
  await installation.read();
  return ids;
}
const page = { limit: 50 };
const log = () => installation.stores.deliveries.list(accountId, webhook.id, page);
const state = () => installation.stores.webhooks.one(accountId, webhook.id);
const got = (index: number): Received => receiver.got[index] ?? assert.fail(`no request ${index}`);
const types = (): readonly string[] => receiver.got.map(({ body }) => body.type);

const pass = (ms: number): Promise<void> => installation.pass(webhook.id, ms);

test('docs/reliability.md S21: a request is verified by standardwebhooks and by svix', async () => {
  const [id = ''] = await happens('delivered');
  await installation.send(webhook.id);
  const { headers, text } = got(0);
  assert.equal(headers['webhook-id'], publicId('evt', id));
  const { type, data } = JSON.parse(text);
  assert.deepEqual([type, data.id], ['message.delivered', publicId('evt', id)]);
  for (const verifier of [new Webhook(webhook.secret), new SvixWebhook(webhook.secret)]) {
    assert.doesNotThrow(() => verifier.verify(text, headers));
    assert.throws(() => verifier.verify(`${text} `, headers));
    const late = { ...headers, 'webhook-timestamp': String(Number(headers['webhook-timestamp']) - 600) };
    assert.throws(() => verifier.verify(text, late));
  }
});

test('during a rotation both secrets verify, and after the grace period only the new one', async () => {
  const secret = { id: installation.someId(), text: `whsec_${Buffer.alloc(32, 1).toString('base64')}` };
  const graceUntil = new Date(installation.now().getTime() + hour);
  await installation.stores.webhooks.rotate(accountId, webhook.id, {
    secret: { ...secret, createdAt: installation.now() },
    graceUntil,
  });
  const verifies = (text: string, index: number): boolean => {
    const { headers, text: body } = got(index);
    try {
      new Webhook(text).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  };
  await happens('delivered');
  await installation.send(webhook.id);
  assert.deepEqual([verifies(webhook.secret, 0), verifies(secret.text, 0)], [true, true]);
  assert.equal(receiver.got[0]?.headers['webhook-signature']?.split(' ').length, 2);
  await pass(hour);
  await happens('opened');
  await installation.send(webhook.id);
  assert.equal(receiver.got[1]?.headers['webhook-signature']?.split(' ').length, 1);
});

test('a webhook gets the events that it asks for, and those of no other account', async () => {
  const url = receiver.url.replace('/hooks', '/bounces');
  const picky = await installation.addWebhook(accountId, url, { events: ['message.bounced'] });
  const stranger = await installation.addAccount();
  await installation.addEvents(stranger, installation.someId(), ['bounced']);
  await happens('queued', 'bounced');
  await installation.send(picky.id);
  assert.deepEqual(types(), ['message.bounced']);
  await installation.send(webhook.id);
  assert.deepEqual(types(), ['message.bounced', 'message.queued', 'message.bounced']);
});

test('events that are read twice are sent once', async () => {
  await happens('delivered');
  await installation.database.pool.query(`UPDATE event_reader SET tx = 0, seq = 0 WHERE name = 'webhooks'`);
  await installation.read();
  await installation.send(webhook.id);
  await installation.read();
  await installation.send(webhook.id);
  assert.equal(receiver.got.length, 1);
});

test('an attempt that ends while the next deliveries are loaded is made once', async () => {
  const { sending } = installation.ports;
  // The rows are as they were before the attempt was saved.
  const take: typeof sending.take = async (...asked) => {
    const due = await sending.take(...asked);
    await wait(100);
    return due;
  };
  receiver.answer = () => wait(receiver.got.length * 50, 200);
  await happens('delivered');
  await happens('delivered');
  await onWebhook(webhook.id, { ...installation.ports, sending: { ...sending, take } });
  assert.equal(receiver.got.length, 2);
});

test('a later event of a message waits until the earlier one was delivered; other messages do not wait', async () => {
  receiver.answer = ({ body }) => (body.type === 'message.deferred' && receiver.got.length < 4 ? 500 : 200);
  await happens('queued', 'deferred', 'delivered');
  await happens('queued');
  await installation.send(webhook.id);
  assert.deepEqual(types().toSorted(), ['message.deferred', 'message.queued', 'message.queued']);
  await pass(60 * second);
  assert.deepEqual(types().slice(-2), ['message.deferred', 'message.delivered']);
});

test('a later event is sent once the earlier one was given up, and the log shows every attempt', async () => {
  receiver.answer = ({ body }) => (body.type === 'message.queued' ? 500 : 200);
  await happens('queued', 'delivered');
  await pass(70 * hour);
  const [later, earlier] = await log();
  assert.deepEqual([earlier?.status, earlier?.attempts, later?.status], ['failed', 12, 'delivered']);
  const detail = await installation.stores.deliveries.one(accountId, earlier?.id ?? '');
  assert.deepEqual(detail, earlier);
  assert.equal(detail?.history.length, 12);
  assert.deepEqual(
    detail?.history.map(({ number }) => number),
    Array.from({ length: 12 }, (_, index) => index + 1),
  );
  const { statusCode, error, answer, url } = detail?.history[0] ?? {};
  assert.deepEqual([statusCode, error, answer, url], [500, 'It answered 500.', 'noted', receiver.url]);
});

test('requests that succeed and fail are counted for seven days, without a count over the log', async () => {
  const counts = async () => {
    const { recentSucceeded, recentFailed } = (await state()) ?? assert.fail('no webhook');
    return [recentSucceeded, recentFailed];
  };
  assert.deepEqual(await counts(), [0, 0]);
  receiver.answer = () => 500;
  await happens('delivered');
  await installation.send(webhook.id);
  assert.deepEqual(await counts(), [0, 1]);
  receiver.answer = () => 200;
  await pass(hour);
  await installation.send(webhook.id);
  await happens('opened', 'clicked');
  await installation.send(webhook.id);
  assert.deepEqual(await counts(), [3, 1]);
  await installation.database.pool.query('DELETE FROM webhook_delivery WHERE webhook_id = $1', [webhook.id]);
  assert.deepEqual(await counts(), [3, 1]);
  await pass(8 * day);
  await happens('opened');
  await installation.send(webhook.id);
  assert.deepEqual(await counts(), [1, 0]);
});

test('a webhook says since when its oldest delivery is due', async () => {
  const oldest = async () => (await state())?.oldestDueAt;
  assert.equal(await oldest(), undefined);
  await happens('delivered');
  const due = new Date(Date.now() - hour);
  await installation.database.pool.query(
    'UPDATE webhook_delivery SET next_attempt_at = $2 WHERE webhook_id = $1',
    [webhook.id, due],
  );
  assert.deepEqual(await oldest(), due);
  await installation.send(webhook.id);
  assert.equal(await oldest(), undefined);
});

test('410 disables the webhook, and the account gets an event', async () => {
  receiver.answer = () => 410;
  await happens('delivered');
  await installation.send(webhook.id);
  const { status, statusReason } = (await state()) ?? {};
  assert.deepEqual([status, statusReason], ['disabled', 'It answered 410: it wants no events any more.']);
  const { rows } = await installation.database.pool.query(
    `SELECT type, detail FROM event WHERE account_id = $1 AND message_id IS NULL`,
    [accountId],
  );
  assert.deepEqual([rows[0]?.type, rows[0]?.detail.webhook_id], ['webhook.disabled', webhook.id]);
});

test('an endpoint that asks for a wait gets no request before, whatever is due', async () => {
  receiver.answer = () => ({ status: 429, headers: { 'retry-after': '600' } });
  await happens('queued');
  await installation.send(webhook.id);
  await happens('queued');
  await pass(590 * second);
  assert.equal(receiver.got.length, 1);
  receiver.answer = () => 200;
  await pass(20 * second);
  assert.equal(receiver.got.length, 3);
});

test('a broken endpoint gets one request at a time, more and more rarely, and its events wait', async () => {
  receiver.answer = () => 500;
  for (let count = 0; count < 40; count++) await happens('queued');
  await installation.send(webhook.id);
  const first = receiver.got.length;
  assert.ok(first < 20, `${first} requests before the circuit opened`);
  await pass(hour);
  assert.ok(receiver.got.length < first + 30, `${receiver.got.length - first} requests in an hour`);
  receiver.answer = () => 200;
  await pass(12 * hour);
  assert.ok((await log()).every(({ status }) => status === 'delivered'));
});

test('notices come after an hour and a day, and after five days of failure the webhook is disabled', async () => {
  receiver.answer = () => 500;
  await happens('queued');
  await installation.send(webhook.id);
  const notices = async (): Promise<readonly string[]> => {
    const { rows } = await installation.database.pool.query<{ type: string }>(
      `SELECT type FROM event WHERE account_id = $1 AND message_id IS NULL ORDER BY tx, seq`,
      [accountId],
    );
    return rows.map(({ type }) => type);
  };
  await pass(hour + second);
  assert.deepEqual(await notices(), ['webhook.failing']);
  await pass(day);
  assert.deepEqual(await notices(), ['webhook.failing', 'webhook.failing']);
  await pass(5 * day);
  assert.deepEqual((await notices()).at(-1), 'webhook.disabled');
  assert.equal((await state())?.status, 'disabled');
});

test('a paused webhook gets nothing, and all of it in order once it is resumed', async () => {
  await installation.stores.webhooks.pause(accountId, webhook.id);
  await happens('queued', 'delivered', 'opened');
  await installation.send(webhook.id);
  assert.equal(receiver.got.length, 0);
  await installation.stores.webhooks.resume(accountId, webhook.id, installation.now());
  await installation.send(webhook.id);
  assert.deepEqual(types(), ['message.queued', 'message.delivered', 'message.opened']);
});

test('a new webhook gets the events since a time that it names, each once and in order', async () => {
  const ids = await happens('queued', 'delivered');
  await installation.send(webhook.id);
  receiver.got.splice(0);
  const backfillSince = new Date(installation.now().getTime() - day);
  const late = await installation.addWebhook(accountId, receiver.url, { backfillSince });
  const more = await happens('opened');
  await installation.send(late.id);
  await installation.send(late.id);
  const arrived = receiver.got.map(({ headers }) => headers['webhook-id']);
  assert.deepEqual(new Set(arrived), new Set([...ids, ...more].map((id) => publicId('evt', id))));
  assert.equal(arrived.length, 3);
  assert.deepEqual(
    types().filter((type) => type !== 'message.opened'),
    ['message.queued', 'message.delivered'],
  );
});

test('a replay sends what failed and what was never recorded, and with all also what was delivered', async () => {
  receiver.answer = () => 410;
  await happens('queued');
  await installation.send(webhook.id);
  await happens('delivered');
  receiver.answer = () => 200;
  await installation.stores.webhooks.resume(accountId, webhook.id, installation.now());
  const range = {
    since: new Date(installation.now().getTime() - hour),
    until: undefined,
    now: installation.now(),
  };
  const failed = await installation.stores.deliveries.replayRange(accountId, webhook.id, {
    ...range,
    withDelivered: false,
  });
  receiver.got.splice(0);
  await installation.send(webhook.id);
  await installation.send(webhook.id);
  assert.equal(failed, 1);
  assert.deepEqual(types().toSorted(), ['message.delivered', 'message.queued', 'webhook.disabled']);
  const all = await installation.stores.deliveries.replayRange(accountId, webhook.id, {
    ...range,
    withDelivered: true,
  });
  assert.equal(all, 3);
});

test('a process that died while it sent leaves the webhook to others after its lease, and the id tells the repetition', async () => {
  await happens('delivered');
  const at = installation.now();
  const until = new Date(at.getTime() + 60 * second);
  const lease = { leaseId: installation.someId(), now: at, until };
  assert.ok(await installation.ports.sending.claim(webhook.id, lease));
  await installation.send(webhook.id);
  assert.equal(receiver.got.length, 0);
  installation.skip(61 * second);
  await installation.send(webhook.id);
  assert.equal(receiver.got.length, 1);
});

test('a webhook of an account that was deleted gets nothing', async () => {
  await happens('delivered');
  await installation.stores.accounts.remove(accountId, installation.now());
  await installation.send(webhook.id);
  assert.equal(receiver.got.length, 0);
});
