import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { events } from '@waybill/io/postgres/reading/events';
import type { MessagePageQuery } from '@waybill/io/postgres/reading/message-filter';
import { messages } from '@waybill/io/postgres/reading/messages';
import { resultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const store = openMessageStore({ database });
const deliveries = openDeliveryStore({ database });
const reading = messages(database);
const accountId = await addAccount(database);
after(() => opened.close());

const envelope = { mailFrom: 'app@acme.test', smtpUtf8: false, body: '7bit' } as const;
const streamId = someId();
const credentialId = someId();
const base = new Date(Date.now() - 60_000);
const later = (milliseconds: number): Date => new Date(base.getTime() + milliseconds);

const order = someMessage(accountId, {
  acceptedAt: base,
  subject: 'Your order 100% done_ok',
  headerFrom: 'Shop@acme.test',
  messageIdHeader: '<order@acme.test>',
  options: { tags: ['order', 'eu'], customId: 'o-1', metadata: { a: 'b' } },
  envelope: { ...envelope, rcptTo: ['Ada@rcpt.example', 'bob@other.example'] },
  streamId,
});
const code = someMessage(accountId, {
  acceptedAt: later(10_000),
  subject: 'Your code',
  messageIdHeader: '<code@acme.test>',
  credentialId,
  envelope: { ...envelope, rcptTo: ['ada@rcpt.example'] },
});
const waiting = someMessage(accountId, {
  acceptedAt: later(20_000),
  subject: undefined,
  headerFrom: undefined,
  envelope: { ...envelope, mailFrom: undefined, rcptTo: ['zoe@rcpt.example'] },
  session: { ...someMessage(accountId).session, via: 'http' },
});
const [orderDelivery = '', orderSecond = ''] = somePrepared(order).deliveries.map(({ id }) => id);
const codeDelivery = somePrepared(code).deliveries[0]?.id ?? '';

before(async () => {
  await Promise.all([order, code, waiting].map((message) => store.accept(message)));
  await store.savePrepared(somePrepared(order, { at: base }));
  await store.savePrepared(somePrepared(code, { at: base }));
  const lease = { leaseId: someId(), now: later(1_000), until: later(900_000) };
  const claim = await deliveries.claim(orderDelivery, lease);
  assert.ok(claim);
  await deliveries.saveAttempt(
    resultOf(claim, {
      endedAt: later(2_000),
      reason: 'mx took it',
      ip: undefined,
      tls: undefined,
      timings: { total: 12 },
      transcript: [{ at: 0, from: 'server', text: '220 hi' }],
      reply: { code: 250, status: undefined, text: 'ok' },
    }),
  );
});

const found = async (filter: Partial<MessagePageQuery>): Promise<readonly string[]> =>
  (await reading.list(accountId, { limit: 10, ...filter })).rows.map(({ id }) => id);

const filters: readonly (readonly [Partial<MessagePageQuery>, readonly string[]])[] = [
  [{}, [waiting.id, code.id, order.id]],
  [{ limit: 2 }, [waiting.id, code.id]],
  [{ after: code.id }, [order.id]],
  [{ status: 'delivered' }, [order.id]],
  [{ status: 'queued' }, [code.id, order.id]],
  [{ status: 'accepted' }, [waiting.id]],
  [{ from: 'shop@acme.test' }, [order.id]],
  [{ from: 'app@acme.test' }, [code.id, order.id]],
  [{ to: 'ADA@rcpt.example' }, [code.id, order.id]],
  [{ to: 'zoe@rcpt.example' }, [waiting.id]],
  [{ domain: 'other.example' }, [order.id]],
  [{ domain: 'example' }, []],
  [{ tag: 'eu' }, [order.id]],
  [{ customId: 'o-1' }, [order.id]],
  [{ credentialId }, [code.id]],
  [{ streamId }, [order.id]],
  [{ q: 'order your' }, [order.id]],
  [{ q: '100%' }, [order.id]],
  [{ q: 'done_' }, [order.id]],
  [{ q: 'o_e' }, []],
  [{ q: ' ' }, [waiting.id, code.id, order.id]],
  [{ q: 'code' }, [code.id]],
  [{ q: 'order', to: 'ada@rcpt.example', status: 'queued' }, [order.id]],
  [{ q: 'code', to: 'ada@rcpt.example', limit: 1 }, [code.id]],
  [{ to: 'ada@rcpt.example', limit: 1 }, [code.id]],
  [{ to: 'ada@rcpt.example', after: code.id }, [order.id]],
  [{ status: 'processed' }, [code.id, order.id]],
  [{ status: 'held' }, []],
  [{ status: 'discarded' }, []],
  [{ q: 'code@acme.test' }, [code.id]],
  [{ q: '<code@acme.test>' }, [code.id]],
  [{ since: later(10_000) }, [waiting.id, code.id]],
  [{ until: later(10_000) }, [order.id]],
  [{ since: later(5_000), until: later(15_000), to: 'ada@rcpt.example' }, [code.id]],
  [{ q: "'; DROP TABLE message; --", to: "' OR 1=1", tag: 'a\0b' }, []],
];
for (const [filter, expected] of filters)
  test(`a list with ${JSON.stringify(filter)} finds what it says`, async () => {
    assert.deepEqual(await found(filter), expected);
  });

test('a row of a list has the summary of a message', async () => {
  const {
    rows: [row],
  } = await reading.list(accountId, { limit: 1, customId: 'o-1' });
  assert.deepEqual(row, {
    id: order.id,
    accountId,
    state: 'processed',
    reason: '',
    via: 'smtp',
    mailFrom: 'app@acme.test',
    recipients: ['Ada@rcpt.example', 'bob@other.example'],
    statuses: ['delivered', 'queued'],
    headerFrom: 'Shop@acme.test',
    subject: order.subject,
    messageIdHeader: '<order@acme.test>',
    customId: 'o-1',
    tags: ['order', 'eu'],
    credentialId: undefined,
    streamId,
    size: order.bytes.length,
    sandbox: false,
    scheduledAt: undefined,
    isScheduled: false,
    acceptedAt: base,
  });
  const {
    rows: [other],
  } = await reading.list(accountId, { limit: 1, status: 'accepted' });
  assert.deepEqual([other?.via, other?.mailFrom, other?.statuses], ['http', undefined, []]);
});

test('one message comes with its deliveries, their attempts and its events', async () => {
  const detail = await reading.one(accountId, order.id);
  assert.deepEqual(detail?.message.options.metadata, { a: 'b' });
  const [first, second] = detail?.deliveries ?? [];
  assert.deepEqual([first?.status, first?.attempts, first?.nextAttemptAt], ['delivered', 1, undefined]);
  assert.deepEqual(second?.nextAttemptAt, base);
  assert.deepEqual(second?.history, []);
  const [attempt] = first?.history ?? [];
  assert.deepEqual(
    [attempt?.outcome, attempt?.reply, attempt?.ip, attempt?.timings, attempt?.transcript.length],
    ['delivered', { code: 250, status: undefined, text: 'ok' }, undefined, { total: 12 }, 1],
  );
  assert.deepEqual(detail?.events.map(({ type, recipient }) => [type, recipient]).toSorted(), [
    ['delivered', 'Ada@rcpt.example'],
    ['queued', 'Ada@rcpt.example'],
    ['queued', 'bob@other.example'],
  ]);
  assert.equal(await reading.one(accountId, someId()), undefined);
});

test('returns the received bytes, and the patch that makes the sent ones', async () => {
  assert.deepEqual(await reading.content(accountId, order.id), order.bytes);
  const copy = await reading.patchOf(accountId, orderDelivery);
  assert.deepEqual(
    [copy?.messageId, copy?.source, copy?.patch],
    [order.id, order.bytes, Buffer.from([1, 2, 0])],
  );
});

test('the deliveries of one recipient are found', async () => {
  const rows = await reading.recipient(accountId, 'ADA@rcpt.example', { limit: 10 });
  assert.deepEqual(
    rows.map(({ id, status, subject }) => [id, status, subject]),
    [
      [codeDelivery, 'queued', 'Your code'],
      [orderDelivery, 'delivered', order.subject],
    ],
  );
  assert.equal(
    (await reading.recipient(accountId, 'ada@rcpt.example', { limit: 10, after: codeDelivery })).length,
    1,
  );
});

test('retrying makes undelivered recipients due, and only them', async () => {
  const at = later(30_000);
  assert.deepEqual(await movedIds(reading.retry(accountId, [order.id], at)), [orderSecond]);
  assert.equal(
    await deliveries.claim(orderSecond, { leaseId: someId(), now: later(29_000), until: at }),
    undefined,
  );
});

test('cancelling stops deliveries without a lease, with an event for each', async () => {
  const at = later(40_000);
  assert.ok(await deliveries.claim(codeDelivery, { leaseId: someId(), now: at, until: later(100_000) }));
  assert.deepEqual(await movedIds(reading.cancel(accountId, [code.id], at)), []);
  assert.deepEqual(await movedIds(reading.cancel(accountId, [order.id], at)), [orderSecond]);
  assert.deepEqual(await movedIds(reading.cancel(accountId, [order.id], at)), []);
  assert.equal(
    await deliveries.claim(orderSecond, { leaseId: someId(), now: at, until: later(99_000) }),
    undefined,
  );
  const detail = await reading.one(accountId, order.id);
  assert.equal(detail?.events.filter(({ type }) => type === 'cancelled').length, 1);
});

test('a reader of events continues after the last one and misses none', async () => {
  const account = await addAccount(database);
  const message = someMessage(account);
  await store.accept(message);
  const ledger = openEventStore({ database });
  const made = Array.from({ length: 5 }, (_, index) => ({
    id: someId(later(index)),
    accountId: account,
    messageId: message.id,
    deliveryId: undefined,
    type: index % 2 === 0 ? ('opened' as const) : ('clicked' as const),
    occurredAt: later(index),
    detail: { index },
  }));
  // The order is that of their commits, whatever their times are.
  for (const event of made.toReversed()) await ledger.append(event);
  const feed = events(database);
  await eventually('all can be seen', async () => (await feed.since(account, { limit: 9 })).length === 5);
  const first = await feed.since(account, { limit: 3 });
  const rest = await feed.since(account, { limit: 3, after: first.at(-1)?.position ?? '' });
  assert.deepEqual(
    [...first, ...rest].map(({ detail }) => detail.index),
    [4, 3, 2, 1, 0],
  );
  assert.equal((await feed.since(account, { limit: 9, types: ['clicked'] })).length, 2);
  // A cursor of before there were positions names the last event by its id.
  const after = await feed.since(account, { limit: 9, after: made[1]?.id ?? '' });
  assert.deepEqual(
    after.map(({ detail }) => detail.index),
    [0],
  );
});
