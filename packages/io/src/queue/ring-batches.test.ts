import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { ringBatches } from './ring-batches.ts';

test('what is rung while a group is on its way travels in the next one', async () => {
  const groups: number[][] = [];
  const batches = ringBatches<number>({
    send: async (items) => {
      groups.push([...items]);
      await wait(20);
    },
    maximum: 100,
    timeoutMs: 1_000,
  });
  const first = [batches.send([1]), batches.send([2])];
  while (groups.length === 0) await wait(1);
  await Promise.all([...first, batches.send([3]), batches.send([4, 5])]);
  assert.deepEqual(groups, [
    [1, 2],
    [3, 4, 5],
  ]);
});

test('those that wake at the same time share the first group, however many steps each takes to ring', async () => {
  const groups: number[][] = [];
  const send = async (items: readonly number[]) => void groups.push([...items]);
  const batches = ringBatches<number>({ send, maximum: 100, timeoutMs: 1_000 });
  const committed = Promise.withResolvers<void>();
  const rings = [1, 2, 3].map(async (steps) => {
    await committed.promise;
    for (let step = 0; step < steps; step++) await undefined;
    await batches.send([steps]);
  });
  committed.resolve();
  await Promise.all(rings);
  assert.deepEqual(groups, [[1, 2, 3]]);
});

test('a group has a largest size, except for one caller that brings more', async () => {
  const sizes: number[] = [];
  const send = async (items: readonly number[]) => void sizes.push(items.length);
  const batches = ringBatches<number>({ send, maximum: 3, timeoutMs: 1_000 });
  await Promise.all([batches.send([1, 2]), batches.send([3, 4]), batches.send([1, 2, 3, 4, 5])]);
  assert.deepEqual(sizes, [2, 2, 5]);
});

test('a group that fails fails for those in it, and the next one is sent', async () => {
  let calls = 0;
  const batches = ringBatches<number>({
    send: async () => {
      if (++calls === 1) throw new Error('away');
    },
    maximum: 1,
    timeoutMs: 1_000,
  });
  const [one, two] = await Promise.allSettled([batches.send([1]), batches.send([2])]);
  assert.deepEqual([one?.status, two?.status], ['rejected', 'fulfilled']);
});

test('a backend that never answers is a failure, not a wait for ever', async () => {
  const batches = ringBatches<number>({
    send: () => new Promise(() => undefined),
    maximum: 10,
    timeoutMs: 30,
  });
  await assert.rejects(batches.send([1]), /did not answer within 30 ms/);
});

test('after a group of many the next one waits for company; whoever rings alone does not', async () => {
  const groups: number[][] = [];
  const send = async (items: readonly number[]) => void groups.push([...items]);
  const batches = ringBatches<number>({ send, maximum: 100, timeoutMs: 1_000, gatherMs: 30 });
  await batches.send([1, 2, 3, 4]);
  const early = batches.send([5]);
  await wait(5);
  await Promise.all([early, batches.send([6])]);
  await batches.send([7]);
  const began = performance.now();
  await batches.send([8]);
  assert.ok(performance.now() - began < 25);
  assert.deepEqual(groups, [[1, 2, 3, 4], [5, 6], [7], [8]]);
});
