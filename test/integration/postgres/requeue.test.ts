import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openEventStore } from '@waybill/io/postgres/mail-store/event-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { suppressions } from '@waybill/io/postgres/management/suppressions';
import { messages } from '@waybill/io/postgres/reading/messages';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import type { AcceptedMessage, AttemptResult } from '@waybill/relay/ports';
import { bareResultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const store = openMessageStore({ database });
const deliveries = openDeliveryStore({ database });
const reading = messages(database);
const accountId = await addAccount(database);
after(() => opened.close());

const base = new Date();
const later = (minutes: number): Date => new Date(base.getTime() + minutes * 60_000);

/** A prepared message whose only delivery had one attempt that ended so. */
async function ended(
  outcome: AttemptResult['outcome'],
  over: Partial<AcceptedMessage> = {},
): Promise<{ readonly messageId: string; readonly id: string }> {
  const message = someMessage(accountId, { acceptedAt: base, ...over });
  const prepared = somePrepared(message, { at: base });
  const id = prepared.deliveries[0]?.id ?? '';
  await store.accept(message);
  await store.savePrepared(prepared);
  const leaseId = someId();
  assert.ok(await deliveries.claim(id, { leaseId, now: later(1), until: later(10) }));
  const retryAt = outcome === 'deferred' ? later(60) : undefined;
  const how = { endedAt: later(2), outcome, reason: 'so it ended', retryAt };
  await deliveries.saveAttempt(bareResultOf({ id, leaseId, attempt: 1 }, how));
  return { messageId: message.id, id };
}

const rowOf = async (id: string) =>
  (await database.pool.query('SELECT * FROM delivery WHERE id = $1', [id])).rows[0];

const requeuedEvents = async (messageId: string) =>
  (await reading.one(accountId, messageId))?.events.filter(({ type }) => type === 'requeued') ?? [];

const outcomes: readonly (readonly [AttemptResult['outcome'], DeliveryStatus | undefined])[] = [
  ['failed', 'queued'],
  ['unknown', 'queued'],
  ['deferred', 'deferred'],
  ['delivered', undefined],
  ['bounced', undefined],
];
for (const [outcome, after] of outcomes)
  test(`after a retry request a delivery that ${outcome} ${after ? `is ${after} and due` : 'stays unchanged'}`, async () => {
    const { messageId, id } = await ended(outcome);
    const moved = await movedIds(reading.retry(accountId, [messageId], later(5)));
    assert.deepEqual(moved, after ? [id] : []);
    assert.equal((await rowOf(id)).status, after ?? outcome);
    const told = await requeuedEvents(messageId);
    assert.deepEqual(
      told.map(({ deliveryId, recipient, detail }) => [deliveryId, recipient, detail.reason]),
      after ? [[id, 'ada@rcpt.example', 'it is tried again on request']] : [],
    );
    const claim = await deliveries.claim(id, { leaseId: someId(), now: later(6), until: later(16) });
    assert.equal(claim?.attempt, after ? 2 : undefined);
  });

test('a requeued delivery can be delivered, and a late bounce of the first attempt still counts', async () => {
  const { messageId, id } = await ended('failed');
  await reading.retry(accountId, [messageId], later(5));
  const lease = { leaseId: someId(), now: later(6), until: later(16) };
  await deliveries.claim(id, lease);
  const second = { id, leaseId: lease.leaseId, attempt: 2 };
  await deliveries.saveAttempt(bareResultOf(second, { endedAt: later(7) }));
  assert.equal((await rowOf(id)).status, 'delivered');
  assert.deepEqual(await movedIds(reading.retry(accountId, [messageId], later(8))), []);
  await openEventStore({ database }).append({
    id: someId(),
    accountId,
    messageId,
    deliveryId: id,
    type: 'bounced',
    occurredAt: later(9),
    detail: {},
  });
  assert.equal((await rowOf(id)).status, 'bounced');
});

test('an expired delivery gets the lifetime of its stream again, another one keeps its own', async () => {
  const streamId = someId();
  await database.pool.query(
    "INSERT INTO stream (id, account_id, name, expiry_minutes) VALUES ($1, $2, 'codes', 10)",
    [streamId, accountId],
  );
  const { messageId, id } = await ended('failed', { streamId });
  const keeps = (await rowOf(id)).expires_at;
  await reading.retry(accountId, [messageId], later(5));
  assert.deepEqual((await rowOf(id)).expires_at, keeps);
  await database.pool.query("UPDATE delivery SET status = 'failed', expires_at = $2 WHERE id = $1", [
    id,
    later(3),
  ]);
  await reading.retry(accountId, [messageId], later(6));
  assert.deepEqual((await rowOf(id)).expires_at, later(16));
});

test('a delivery is not requeued while it is leased, when it was suppressed meanwhile, or without its bytes', async () => {
  const running = await ended('deferred');
  await database.pool.query('UPDATE delivery SET lease_until = $2 WHERE id = $1', [running.id, later(30)]);
  assert.deepEqual(await movedIds(reading.retry(accountId, [running.messageId], later(5))), []);

  const envelope = { mailFrom: 'app@acme.test', smtpUtf8: false, body: '7bit' } as const;
  const gone = { envelope: { ...envelope, rcptTo: ['Gone@rcpt.example'] } };
  const suppressed = await ended('failed', gone);
  const bypassing = await ended('failed', { ...gone, options: { bypassSuppression: true } });
  const list = suppressions(database);
  const entry = { id: someId(), address: 'gone@rcpt.example', createdAt: base, evidence: {} };
  await list.create(accountId, [{ ...entry, reason: 'manual' }]);
  assert.deepEqual(await movedIds(reading.retry(accountId, [suppressed.messageId], later(5))), []);
  assert.deepEqual(await movedIds(reading.retry(accountId, [bypassing.messageId], later(5))), [bypassing.id]);

  const empty = await ended('failed');
  await database.pool.query('DELETE FROM message_content WHERE message_id = $1', [empty.messageId]);
  assert.deepEqual(await movedIds(reading.retry(accountId, [empty.messageId], later(5))), []);
  assert.deepEqual(await requeuedEvents(empty.messageId), []);
});

test('two concurrent requests make two events and one send', async () => {
  const { messageId, id } = await ended('failed');
  await Promise.all([1, 2].map(() => reading.retry(accountId, [messageId], later(5))));
  const claims = await Promise.all(
    [1, 2].map(() => deliveries.claim(id, { leaseId: someId(), now: later(6), until: later(16) })),
  );
  assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
});

test('a held message is released once, returns to the worker with no counted runs, and has an event', async () => {
  const message = someMessage(accountId, { acceptedAt: base });
  await store.accept(message);
  await store.load(message.id);
  await store.saveHeld(message.id, 'it is poison', later(1));
  assert.deepEqual(await sweeper(database).due('accepted', later(30), 10), []);
  assert.deepEqual(await reading.release(accountId, [message.id], later(2)), {
    messages: [message.id],
    deliveries: [],
  });
  assert.deepEqual(await reading.release(accountId, [message.id], later(2)), {
    messages: [],
    deliveries: [],
  });
  assert.ok((await sweeper(database).due('accepted', later(30), 10)).includes(message.id));
  const loaded = await store.load(message.id);
  assert.deepEqual([loaded?.state, loaded?.processAttempts], ['accepted', 1]);
  const events = (await reading.one(accountId, message.id))?.events ?? [];
  assert.deepEqual(
    events.map(({ type, detail }) => [type, detail.reason]),
    [
      ['held', 'it is poison'],
      ['requeued', 'released on request'],
    ],
  );
});

test('of a message with several deliveries only those that are held are released', async () => {
  const { messageId, id } = await ended('deferred');
  assert.deepEqual(await reading.release(accountId, [messageId], later(5)), {
    messages: [],
    deliveries: [],
  });
  await database.pool.query("UPDATE delivery SET status = 'held', next_action_at = NULL WHERE id = $1", [id]);
  assert.deepEqual(await reading.release(accountId, [messageId], later(5)), {
    messages: [],
    deliveries: [{ id, messageId }],
  });
  assert.equal((await rowOf(id)).status, 'queued');
});

test('an account cannot release or retry mail of another account', async () => {
  const other = await addAccount(database, 'Other');
  const { messageId } = await ended('failed');
  assert.deepEqual(await movedIds(reading.retry(other, [messageId], later(5))), []);
  const message = someMessage(accountId, { acceptedAt: base });
  await store.accept(message);
  await store.saveHeld(message.id, 'it is poison', later(1));
  assert.deepEqual(await reading.release(other, [message.id], later(5)), { messages: [], deliveries: [] });
});
