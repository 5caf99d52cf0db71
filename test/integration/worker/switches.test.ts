/** Switches that were thrown after a message was accepted and before it was prepared: the worker decides as the sender would. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimAndDeliver, openPreparedSource } from '@waybill/delivery/sources';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { openSink } from '../../support/sink.ts';
import { type Bench, openBench } from './bench.ts';
import { suspend, switchesOn } from './switch-cases.ts';
import { newTenant } from './tenant.ts';
import { outboundTo } from './to-smarthost.ts';

let bench: Bench;
const open: { close(): Promise<void> | void }[] = [];
before(async () => {
  bench = await openBench();
});
after(async () => {
  for (const one of open.toReversed()) await one.close();
  await bench.close();
});

/** Settings of the bench are cached for a millisecond. */
const seen = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

const switches = switchesOn(() => bench);

const standing = async (id: string) =>
  (await bench.deliveries(id)).map((one) => [one.status, one.held_for, one.attempts, one.next_action_at]);

const eventsOf = async (id: string) =>
  (await bench.query('SELECT type FROM event WHERE message_id = $1 ORDER BY id', [id])).map(
    ({ type }) => type,
  );

for (const [what, status, reason, heldFor, work] of switches) {
  test(`${what}: a message that was only accepted is ${status} when the worker comes to it`, async () => {
    const one = await newTenant(bench);
    const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
    await work(one);
    await seen();
    await onAccepted(id, bench.ports);
    assert.deepEqual(await standing(id), [[status, heldFor, 0, null]]);
    assert.match((await bench.deliveries(id))[0].reason, reason);
    assert.deepEqual(await eventsOf(id), [status]);
    assert.equal((await bench.message(id)).state, 'processed');
  });

  test(`${what}: a queued message is ${status} before its attempt, and no attempt is on record`, async () => {
    const sink = await openSink({ extensions: [] });
    const outbound = outboundTo(sink.port, bench);
    open.push(sink, ...outbound.closers);
    const one = await newTenant(bench);
    const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
    await onAccepted(id, bench.ports);
    await work(one);
    await seen();
    const [{ id: deliveryId }] = await bench.deliveries(id);
    await claimAndDeliver({ ...outbound.dependencies, memory: bench.ports.memory }, deliveryId);
    assert.deepEqual(await standing(id), [[status, heldFor, 0, null]]);
    assert.match((await bench.deliveries(id))[0].reason, reason);
    assert.deepEqual(await eventsOf(id), ['queued', status]);
    assert.deepEqual(await bench.query('SELECT FROM attempt WHERE delivery_id = $1', [deliveryId]), []);
    assert.equal(sink.mails.length, 0);
  });

  test(`${what}: a deferred message is ${status} at its next attempt, and the first attempt stays on record`, async () => {
    const sink = await openSink({ extensions: [], script: { RCPT: '450 4.2.0 later' } });
    const outbound = outboundTo(sink.port, bench);
    open.push(sink, ...outbound.closers);
    const one = await newTenant(bench);
    const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
    const deliveries = openPreparedSource(outbound.dependencies, { most: 5, perAccount: 5 });
    await onAccepted(id, { ...bench.ports, deliveries });
    await deliveries.close();
    const [{ id: deliveryId, status: first }] = await bench.deliveries(id);
    assert.equal(first, 'deferred');
    await work(one);
    await bench.query('UPDATE delivery SET not_before = now() WHERE id = $1', [deliveryId]);
    await seen();
    await claimAndDeliver({ ...outbound.dependencies, memory: bench.ports.memory }, deliveryId);
    assert.deepEqual(await standing(id), [[status, heldFor, 1, null]]);
    assert.deepEqual(await eventsOf(id), ['queued', 'deferred', status]);
    assert.deepEqual(
      await bench.query('SELECT number, outcome FROM attempt WHERE delivery_id = $1', [deliveryId]),
      [{ number: 1, outcome: 'deferred' }],
    );
  });
}

test('a first attempt that waited for its session asks again before MAIL FROM', async () => {
  const sink = await openSink({ extensions: [], script: { banner: { after: 400, say: '220 slow' } } });
  const outbound = outboundTo(sink.port, bench);
  open.push(sink, ...outbound.closers);
  const one = await newTenant(bench);
  const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
  const deliveries = openPreparedSource(outbound.dependencies, { most: 5, perAccount: 5 });
  await onAccepted(id, { ...bench.ports, deliveries });
  await suspend(bench, one);
  await deliveries.close();
  assert.deepEqual(await standing(id), [['held', 'account_suspended', 0, null]]);
  assert.equal(sink.mails.length, 0);
});

test('a rotated credential holds nothing', async () => {
  const one = await newTenant(bench);
  const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
  await bench.query(
    `UPDATE smtp_credential SET previous_secret_hash = secret_hash, secret_hash = '\\x01', previous_expires_at = now() WHERE id = $1`,
    [one.key],
  );
  await seen();
  await onAccepted(id, bench.ports);
  assert.deepEqual(
    (await standing(id)).map(([status]) => status),
    ['queued'],
  );
});

test('a key that was revoked with its pending mail to be sent holds nothing', async () => {
  const one = await newTenant(bench);
  const id = await bench.submit(one.account, { from: `app@${one.domain}`, credentialId: one.key });
  await bench.query("UPDATE smtp_credential SET revoked_at = now(), pending_mail = 'send' WHERE id = $1", [
    one.key,
  ]);
  await seen();
  await onAccepted(id, bench.ports);
  assert.deepEqual(
    (await standing(id)).map(([status]) => status),
    ['queued'],
  );
});
