import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { messages } from '@waybill/io/postgres/reading/messages';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import { deliveryIdOf } from '@waybill/relay/id';
import type { ClaimedDelivery } from '@waybill/relay/ports';
import { type AcceptedPorts, onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { movedIds } from '../../support/moved-ids.ts';
import { type Bench, openBench } from './bench.ts';

const hour = 3_600_000;

let bench: Bench;
let acme: string;
before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
});
after(() => bench.close());

const inHours = (hours: number): Date => new Date(Date.now() + hours * hour);

const scheduled = (sendAt: Date, rcptTo: readonly string[] = ['ada@rcpt.example']): Promise<string> =>
  bench.submit(acme, { rcptTo, extra: `X-Waybill-Send-At: ${sendAt.toISOString()}\r\n` });

type Enqueued = { readonly queue: string; readonly ids: readonly string[]; readonly at: Date | undefined };

/** A worker whose clock shows that time. What it enqueues is kept. */
function workerAt(now: Date): { readonly ports: AcceptedPorts; readonly enqueued: Enqueued[] } {
  const enqueued: Enqueued[] = [];
  const jobs: AcceptedPorts['jobs'] = {
    enqueue: async (queue, ids, at) => void enqueued.push({ queue, ids, at }),
  };
  return { ports: { ...bench.ports, jobs, now: () => now }, enqueued };
}

const stateOf = async (id: string) => {
  const { state, process_attempts } = await bench.message(id);
  return [state, process_attempts, (await bench.deliveries(id)).length];
};

test('a job that comes before the time of its message prepares nothing and enqueues the message for its time', async () => {
  const sendAt = inHours(1);
  const id = await scheduled(sendAt);
  const worker = workerAt(new Date(sendAt.getTime() - 1));
  await onAccepted(id, worker.ports);
  assert.deepEqual(await stateOf(id), ['accepted', 0, 0]);
  assert.deepEqual(worker.enqueued, [{ queue: 'accepted', ids: [id], at: sendAt }]);
});

test('a message is prepared at its time, and its lifetime counts from then', async () => {
  const sendAt = inHours(1);
  const id = await scheduled(sendAt);
  await onAccepted(id, workerAt(sendAt).ports);
  const [delivery] = await bench.deliveries(id);
  assert.equal(delivery.status, 'queued');
  assert.deepEqual(delivery.expires_at, new Date(sendAt.getTime() + 48 * hour));
});

test('a message that was moved to a later time is not sent by the job of the old time', async () => {
  const [old, later] = [inHours(1), inHours(2)];
  const id = await scheduled(old);
  const store = messages(bench.database);
  const moved = { accountId: acme, messageId: id, sendAt: later, at: new Date() };
  assert.equal(await store.reschedule(moved), true);
  await onAccepted(id, workerAt(old).ports);
  assert.deepEqual(await stateOf(id), ['accepted', 0, 0]);
  await onAccepted(id, workerAt(later).ports);
  assert.equal((await bench.message(id)).state, 'processed');
});

test('a message that was moved to an earlier time is due for the sweeper at that time', async () => {
  const [old, earlier] = [inHours(24), inHours(2)];
  const id = await scheduled(old);
  await messages(bench.database).reschedule({
    accountId: acme,
    messageId: id,
    sendAt: earlier,
    at: new Date(),
  });
  const due = (at: Date) => sweeper(bench.database).due('accepted', at, 1_000);
  assert.equal((await due(new Date(earlier.getTime() - 1))).includes(id), false);
  assert.equal((await due(earlier)).includes(id), true);
});

test('a message that is moved while the worker prepares it is not sent before its new time', async () => {
  const [old, later] = [inHours(1), inHours(2)];
  const id = await scheduled(old);
  const { ports, enqueued } = workerAt(old);
  const prepare: AcceptedPorts['prepare'] = async (preparation) => {
    const moved = { accountId: acme, messageId: id, sendAt: later, at: new Date() };
    assert.equal(await messages(bench.database).reschedule(moved), true);
    return ports.prepare(preparation);
  };
  const begun: (readonly ClaimedDelivery[])[] = [];
  const deliveries: AcceptedPorts['deliveries'] = {
    saveAndDeliver: async (stored, prepared, save) => {
      const leaseIds = new Map(prepared.deliveries.map((one) => [one.id, randomUUID()]));
      begun.push(await save({ stored, leaseIds, until: inHours(3) }));
      return [];
    },
    close: async () => undefined,
  };
  await onAccepted(id, { ...ports, prepare, deliveries });
  assert.deepEqual(await stateOf(id), ['accepted', 0, 0]);
  assert.deepEqual(begun, [[]]);
  assert.deepEqual((await bench.message(id)).scheduled_at, later);
  assert.equal(enqueued.filter(({ queue }) => queue === 'accepted').length, 0);
});

test('a message that is cancelled while the worker prepares it is not sent, and every recipient is cancelled once', async () => {
  const sendAt = inHours(1);
  const id = await scheduled(sendAt, ['ada@rcpt.example', 'bob@rcpt.example']);
  const { ports } = workerAt(sendAt);
  const store = messages(bench.database);
  const prepare: AcceptedPorts['prepare'] = async (preparation) => {
    assert.equal((await movedIds(store.cancel(acme, [id], new Date()))).length, 2);
    return ports.prepare(preparation);
  };
  await onAccepted(id, { ...ports, prepare });
  await onAccepted(id, ports);
  assert.deepEqual(
    (await bench.deliveries(id)).map((one) => [one.id, one.status, one.next_action_at]),
    [0, 1].map((index) => [deliveryIdOf(id, index), 'cancelled', null]),
  );
  const events = await bench.query('SELECT type FROM event WHERE message_id = $1', [id]);
  assert.deepEqual(events, [{ type: 'cancelled' }, { type: 'cancelled' }]);
});

test('what the worker prepared first is cancelled delivery by delivery', async () => {
  const id = await scheduled(inHours(1));
  await onAccepted(id, workerAt(inHours(1)).ports);
  const cancelled = await movedIds(messages(bench.database).cancel(acme, [id], new Date()));
  assert.deepEqual(cancelled, [deliveryIdOf(id, 0)]);
  assert.equal((await bench.deliveries(id))[0].status, 'cancelled');
});

test('another account neither moves nor cancels a scheduled message', async () => {
  const beta = await bench.addAccount('beta.test');
  const id = await scheduled(inHours(1));
  const store = messages(bench.database);
  const at = new Date();
  assert.equal(await store.reschedule({ accountId: beta, messageId: id, sendAt: inHours(2), at }), false);
  assert.deepEqual(await movedIds(store.cancel(beta, [id], at)), []);
  assert.deepEqual(await stateOf(id), ['accepted', 0, 0]);
});
