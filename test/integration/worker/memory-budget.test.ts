/** Large messages in a process whose memory budget is used up: they are prepared later, and nothing else differs. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { claimAndDeliver } from '@waybill/delivery/sources';
import { openMemoryBudget } from '@waybill/io/concurrency/memory-budget';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { openSink, type Sink } from '../../support/sink.ts';
import { type Bench, openBench } from './bench.ts';
import { outboundTo } from './to-smarthost.ts';

let bench: Bench;
let acme: string;
let sink: Sink;
before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
  sink = await openSink({ extensions: [] });
});
after(async () => {
  await sink.close();
  await bench.close();
});

const large = { more: `${'x'.repeat(998)}\r\n`.repeat(300) };

async function fullBudget() {
  const memory = openMemoryBudget({ bytes: 1_000, waitMs: 10 });
  const others = memory.reservation();
  await others.take('another account', 1_000);
  return { memory, others };
}

const enqueuedFor = (id: string) => bench.enqueued.filter((enqueue) => enqueue.id === id);

test('a large message beyond the memory budget stays accepted, is enqueued, and is prepared when memory is free', async () => {
  const id = await bench.submit(acme, large);
  const { memory, others } = await fullBudget();
  const enqueuedBefore = enqueuedFor(id).length;
  await onAccepted(id, { ...bench.ports, memory });
  const waiting = await bench.message(id);
  assert.deepEqual([waiting.state, waiting.process_attempts], ['accepted', 0]);
  assert.equal(enqueuedFor(id).length, enqueuedBefore + 1);
  others.release();
  await onAccepted(id, { ...bench.ports, memory });
  assert.equal((await bench.message(id)).state, 'processed');
});

test('a message that often exceeds the memory budget is not counted as one that ends its process', async () => {
  const id = await bench.submit(acme, large);
  await bench.query("UPDATE message SET accepted_at = now() - interval '1 hour' WHERE id = $1", [id]);
  const { memory, others } = await fullBudget();
  for (let tries = 0; tries < 10; tries++) await onAccepted(id, { ...bench.ports, memory });
  others.release();
  await onAccepted(id, { ...bench.ports, memory });
  assert.equal((await bench.message(id)).state, 'processed');
});

test('a small message needs no memory budget', async () => {
  const id = await bench.submit(acme);
  const { memory } = await fullBudget();
  await onAccepted(id, { ...bench.ports, memory });
  assert.equal((await bench.message(id)).state, 'processed');
});

test('the memory of a message is released after success and after failure', async () => {
  const [id, broken] = [await bench.submit(acme, large), await bench.submit(acme, large)];
  const memory = openMemoryBudget({ bytes: 500_000, waitMs: 10 });
  const failing = { ...bench.ports, memory, prepare: () => Promise.reject(new Error('broken')) };
  await assert.rejects(onAccepted(broken, failing), /broken/);
  await onAccepted(id, { ...bench.ports, memory });
  await memory.reservation().take('anybody', 500_000);
});

test('a large delivery beyond the memory budget is put back without an attempt, due again soon, and delivered then', async (t) => {
  const messageId = await bench.submit(acme, large);
  await onAccepted(messageId, bench.ports);
  const [{ id }] = await bench.deliveries(messageId);
  const { dependencies, closers } = outboundTo(sink.port, bench);
  t.after(async () => {
    for (const { close } of closers.toReversed()) await close();
  });
  const { memory, others } = await fullBudget();
  const enqueuedBefore = enqueuedFor(id).length;
  await claimAndDeliver({ ...dependencies, memory }, id);
  assert.equal(sink.commands.length, 0);
  assert.deepEqual(await bench.query('SELECT FROM attempt WHERE delivery_id = $1', [id]), []);
  assert.equal(enqueuedFor(id).length, enqueuedBefore + 1);
  others.release();
  const later = () => new Date(Date.now() + 5_000);
  await claimAndDeliver({ ...dependencies, memory, now: later }, id);
  assert.equal((await bench.deliveries(messageId))[0].status, 'delivered');
  assert.equal(sink.mails.length, 1);
});
