import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { openDeliveryStore } from '@waybill/io/postgres/deliveries/delivery-store';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { attemptIdOf } from '@waybill/relay/id';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { resultOf } from '../../support/attempt-result.ts';
import { openTestDatabase } from '../../support/database.ts';
import { addAccount, someId, someMessage, somePrepared } from './some.ts';

const opened = await openTestDatabase();
const { database } = opened;
const messages = openMessageStore({ database });
const store = openDeliveryStore({ database });
const accountId = await addAccount(database);
after(() => opened.close());

const minute = 60_000;
const later = (from: Date, milliseconds: number): Date => new Date(from.getTime() + milliseconds);

/** A queued delivery and the time at which it was made. */
async function someDelivery(): Promise<{ readonly id: string; readonly at: Date }> {
  const message = someMessage(accountId);
  await messages.accept(message);
  const prepared = somePrepared(message);
  await messages.savePrepared(prepared);
  return { id: prepared.deliveries[0]?.id ?? '', at: prepared.at };
}

const leaseAt = (now: Date) => ({ leaseId: someId(), now, until: later(now, 15 * minute) });

async function claimed(delivery: { readonly id: string }, now: Date): Promise<ClaimedDelivery> {
  const claim = await store.claim(delivery.id, leaseAt(now));
  assert.ok(claim);
  return claim;
}

const rowOf = async (id: string) =>
  (
    await database.pool.query(
      'SELECT status, reason, next_action_at, not_before FROM delivery WHERE id = $1',
      [id],
    )
  ).rows[0];
const attemptsOf = async (id: string) =>
  (
    await database.pool.query(
      'SELECT id, number, outcome, dot_sent_at, ended_at, reason FROM attempt WHERE delivery_id = $1 ORDER BY number',
      [id],
    )
  ).rows;
const eventsOf = async (id: string): Promise<readonly string[]> =>
  (await database.pool.query('SELECT type FROM event WHERE delivery_id = $1 ORDER BY id', [id])).rows.map(
    (row) => row.type,
  );

test('a claim returns all data for sending, and starts the attempt with a derived id', async () => {
  const message = someMessage(accountId, { options: { requireTls: true } });
  await messages.accept(message);
  const prepared = somePrepared(message);
  await messages.savePrepared(prepared);
  const [delivery] = prepared.deliveries;
  assert.ok(delivery);
  const lease = leaseAt(prepared.at);
  assert.deepEqual(await store.claim(delivery.id, lease), {
    id: delivery.id,
    messageId: message.id,
    accountId,
    streamId: undefined,
    recipient: 'ada@rcpt.example',
    returnPath: delivery.returnPath,
    envelope: message.envelope,
    source: message.bytes,
    patch: delivery.patch,
    sandbox: false,
    requireTls: true,
    attempt: 1,
    acceptedAt: message.acceptedAt,
    expiresAt: delivery.expiresAt,
    leaseId: lease.leaseId,
    status: 'queued',
    credentialId: undefined,
    headerFrom: 'app@acme.test',
    bypassSuppression: false,
    releasedAt: undefined,
  });
  assert.deepEqual(
    (await attemptsOf(delivery.id)).map((attempt) => attempt.id),
    [attemptIdOf(delivery.id, 1)],
  );
});

test('one of many concurrent claims of a delivery succeeds', async () => {
  const { id, at } = await someDelivery();
  const claims = await Promise.all(Array.from({ length: 20 }, () => store.claim(id, leaseAt(at))));
  assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
});

test('a delivery cannot be claimed early, while another process holds it, or when it does not exist', async () => {
  const { id, at } = await someDelivery();
  assert.equal(await store.claim(id, leaseAt(later(at, -5_000))), undefined);
  await claimed({ id }, at);
  assert.equal(await store.claim(id, leaseAt(later(at, 14 * minute))), undefined);
  assert.equal(await store.claim(someId(), leaseAt(at)), undefined);
});

test('when a process died before the dot, the delivery is tried again', async () => {
  const { id, at } = await someDelivery();
  await claimed({ id }, at);
  const second = await claimed({ id }, later(at, 16 * minute));
  assert.equal(second.attempt, 2);
  assert.equal(second.unanswered, undefined);
});

test('when a process died after the final dot, the next claim reports that and ends the earlier attempt', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  const dotSentAt = later(at, 1_000);
  assert.equal(await store.markDotSent(id, first.leaseId, dotSentAt), true);
  await claimed({ id }, later(at, 16 * minute));
  const third = await claimed({ id }, later(at, 32 * minute));
  assert.deepEqual(third.unanswered, { attempt: 1, dotSentAt });
  assert.equal(
    await store.saveAttempt(resultOf(third, { outcome: 'unknown', reason: 'no reply came after the dot' })),
    true,
  );
  assert.deepEqual(
    (await attemptsOf(id)).map((attempt) => [attempt.number, attempt.outcome, attempt.reason]),
    [
      [1, 'unknown', 'its process ended before the reply came'],
      [2, 'unknown', 'its process ended before the message was sent'],
      [3, 'unknown', 'no reply came after the dot'],
    ],
  );
  assert.equal((await rowOf(id)).status, 'unknown');
});

test('the dot is recorded while the lease holds, and refused when it was lost or ran out', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  assert.equal(await store.markDotSent(id, someId(), at), false);
  assert.equal(await store.markDotSent(id, first.leaseId, later(at, 15 * minute)), false);
  const second = await claimed({ id }, later(at, 15 * minute));
  assert.equal(await store.markDotSent(id, first.leaseId, later(at, 15 * minute)), false);
  assert.equal(await store.markDotSent(id, second.leaseId, later(at, 15 * minute)), true);
  assert.deepEqual(
    (await attemptsOf(id)).map((attempt) => attempt.dot_sent_at),
    [null, later(at, 15 * minute)],
  );
});

test('a delivered attempt ends the delivery: nothing is left to do, one event, and it cannot be claimed', async () => {
  const { id, at } = await someDelivery();
  const claim = await claimed({ id }, at);
  const result = resultOf(claim);
  assert.deepEqual(await Promise.all([store.saveAttempt(result), store.saveAttempt(result)]), [true, true]);
  assert.equal(await store.saveAttempt({ ...result, outcome: 'deferred' }), true);
  const row = await rowOf(id);
  assert.deepEqual([row.status, row.reason, row.next_action_at], ['delivered', result.reason, null]);
  assert.deepEqual(await eventsOf(id), ['queued', 'delivered']);
  assert.equal(await store.claim(id, leaseAt(later(at, 60 * minute))), undefined);
});

test('a deferred attempt is retried at its time, not before, and each deferral is an event', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  const retryAt = later(at, 3 * minute);
  await store.saveAttempt(resultOf(first, { outcome: 'deferred', endedAt: later(at, 1_000), retryAt }));
  const row = await rowOf(id);
  assert.deepEqual([row.status, row.not_before], ['deferred', retryAt]);
  assert.ok(row.next_action_at >= retryAt);
  assert.equal(await store.claim(id, leaseAt(later(retryAt, -1_000))), undefined);
  const second = await claimed({ id }, retryAt);
  assert.equal(second.attempt, 2);
  await store.saveAttempt(
    resultOf(second, { outcome: 'deferred', endedAt: retryAt, retryAt: later(retryAt, minute) }),
  );
  assert.deepEqual(await eventsOf(id), ['queued', 'deferred', 'deferred']);
});

test('a process that lost the lease keeps the attempt but does not free, schedule or move back the delivery', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  const second = await claimed({ id }, later(at, 16 * minute));
  assert.equal(
    await store.saveAttempt(resultOf(first, { outcome: 'deferred', retryAt: later(at, minute) })),
    false,
  );
  assert.equal((await rowOf(id)).status, 'queued');
  assert.equal((await attemptsOf(id))[0]?.outcome, 'deferred');
  assert.equal(await store.markDotSent(id, second.leaseId, later(at, 17 * minute)), true);
});

test('a late "delivered" from a process that lost its lease stops the next process', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  const second = await claimed({ id }, later(at, 16 * minute));
  assert.equal(await store.saveAttempt(resultOf(first)), false);
  assert.equal((await rowOf(id)).status, 'delivered');
  assert.equal(await store.markDotSent(id, second.leaseId, later(at, 17 * minute)), false);
});

test('a reply that is saved only after the next attempt began leaves the doubt of that time as an event', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  await store.markDotSent(id, first.leaseId, later(at, 1_000));
  const second = await claimed({ id }, later(at, 16 * minute));
  assert.equal(second.unanswered?.attempt, 1);
  await store.markDotSent(id, second.leaseId, later(at, 16 * minute));
  await store.saveAttempt(resultOf(first, { endedAt: later(at, 2_000) }));
  await store.saveAttempt(
    resultOf(second, { endedAt: later(at, 17 * minute), unanswered: second.unanswered }),
  );
  assert.deepEqual(await eventsOf(id), ['queued', 'delivered', 'unknown', 'delivered']);
});

test('a late result replaces the assumed outcome unknown of its attempt', async () => {
  const { id, at } = await someDelivery();
  const first = await claimed({ id }, at);
  await store.markDotSent(id, first.leaseId, at);
  const second = await claimed({ id }, later(at, 16 * minute));
  await store.saveAttempt(resultOf(second, { outcome: 'unknown' }));
  await store.saveAttempt(resultOf(first));
  assert.equal((await attemptsOf(id))[0]?.outcome, 'delivered');
  assert.equal((await rowOf(id)).status, 'delivered');
});

test('status only moves forward: no later attempt takes a bounce back', async () => {
  const { id, at } = await someDelivery();
  const claim = await claimed({ id }, at);
  await database.pool.query("UPDATE delivery SET status = 'bounced' WHERE id = $1", [id]);
  await store.saveAttempt(resultOf(claim, { outcome: 'deferred', retryAt: later(at, minute) }));
  const row = await rowOf(id);
  assert.deepEqual([row.status, row.next_action_at], ['bounced', null]);
});

test('fifty deliveries go through claim, dot and end in a few transactions', async () => {
  const deliveries = await Promise.all(Array.from({ length: 50 }, someDelivery));
  const ends = deliveries.map(async ({ id, at }) => {
    const claim = await claimed({ id }, at);
    assert.equal(await store.markDotSent(id, claim.leaseId, at), true);
    assert.equal(await store.saveAttempt(resultOf(claim)), true);
  });
  await Promise.all(ends);
  const { rows } = await database.pool.query(
    "SELECT count(*)::integer AS rows, count(DISTINCT xmin::text)::integer AS transactions FROM delivery WHERE status = 'delivered' AND id = ANY ($1)",
    [deliveries.map((delivery) => delivery.id)],
  );
  assert.equal(rows[0].rows, 50);
  assert.ok(rows[0].transactions <= 15, `${rows[0].transactions} transactions`);
});
