import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openBatcher } from './batcher.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const cut = (): Error => Object.assign(new Error('cut'), { code: '57P01' });
const isTransient = (error: unknown): boolean => (error as { code?: string }).code === '57P01';

/** A flush that records its batches and takes 5 ms. */
function recorder(fault?: (batch: readonly number[], run: number) => Error | undefined) {
  const batches: (readonly number[])[] = [];
  const flush = async (batch: readonly number[]): Promise<readonly string[]> => {
    batches.push(batch);
    await wait(5);
    const error = fault?.(batch, batches.length);
    if (error) throw error;
    return batch.map((item) => `saved ${item}`);
  };
  return { batches, flush };
}

test('items that arrive during a flush share the next one, and each gets its own result', async () => {
  const { batches, flush } = recorder();
  const batcher = openBatcher<number, string>({ flush, maxItems: 1_000 });
  const first = batcher.add(-1);
  while (batches.length === 0) await wait(0);
  const rest = range(100).map((item) => batcher.add(item));
  assert.equal(await first, 'saved -1');
  assert.deepEqual(
    await Promise.all(rest),
    range(100).map((item) => `saved ${item}`),
  );
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 100],
  );
});

test('add resolves only after the flush has ended', async () => {
  let isCommitted = false;
  const batcher = openBatcher<number, void>({
    async flush(batch) {
      await wait(10);
      isCommitted = true;
      return batch.map(() => undefined);
    },
    maxItems: 10,
  });
  await batcher.add(1);
  assert.equal(isCommitted, true);
});

test('batches are bounded by number and by size, and an item larger than the bound is flushed alone', async () => {
  const { batches, flush } = recorder();
  const batcher = openBatcher<number, string>({ flush, maxItems: 4, maxBytes: 100, sizeOf: (item) => item });
  await Promise.all([10, 10, 10, 10, 10, 90, 20, 500].map((item) => batcher.add(item)));
  assert.deepEqual(batches, [[10, 10, 10, 10], [10, 90], [20], [500]]);
});

for (const faulty of [[0], [7], [15], [3, 4], range(16)])
  test(`faulty items fail alone: ${faulty.join(', ')}`, async () => {
    const { flush } = recorder((batch) =>
      batch.some((item) => faulty.includes(item)) ? new Error('bad data') : undefined,
    );
    const batcher = openBatcher<number, string>({ flush, maxItems: 100, isTransient });
    const results = await Promise.allSettled(range(16).map((item) => batcher.add(item)));
    assert.deepEqual(
      results.flatMap(({ status }, item) => (status === 'rejected' ? [item] : [])),
      faulty,
    );
  });

test('a batch whose connection was cut is flushed once more as a whole', async () => {
  const { batches, flush } = recorder((_, run) => (run === 1 ? cut() : undefined));
  const batcher = openBatcher<number, string>({ flush, maxItems: 100, isTransient });
  assert.deepEqual(await Promise.all([batcher.add(1), batcher.add(2)]), ['saved 1', 'saved 2']);
  assert.deepEqual(batches, [
    [1, 2],
    [1, 2],
  ]);
});

test('while the server is away all callers are rejected after two flushes', async () => {
  const { batches, flush } = recorder(cut);
  const batcher = openBatcher<number, string>({ flush, maxItems: 100, isTransient });
  const results = await Promise.allSettled(range(50).map((item) => batcher.add(item)));
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.equal(batches.length, 2);
});

test('without isTransient a batch fails as a whole after one flush, and later items are flushed', async () => {
  const { batches, flush } = recorder((_, run) => (run === 1 ? cut() : undefined));
  const batcher = openBatcher<number, string>({ flush, maxItems: 100 });
  const results = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.equal(await batcher.add(3), 'saved 3');
  assert.deepEqual(batches, [[1, 2], [3]]);
});

test('a flush that does not end in time fails, and the next batch is flushed', async () => {
  const hanging = Promise.withResolvers<readonly string[]>();
  let runs = 0;
  const flush = async (): Promise<readonly string[]> => {
    runs += 1;
    return runs === 1 ? hanging.promise : ['saved'];
  };
  const batcher = openBatcher<number, string>({ flush, maxItems: 1, timeoutMs: 20 });
  const [first, second] = await Promise.allSettled([batcher.add(1), batcher.add(2)]);
  assert.match(String((first as PromiseRejectedResult).reason), /No answer within 20 ms/);
  assert.deepEqual(second, { status: 'fulfilled', value: 'saved' });
  hanging.reject(new Error('too late to matter'));
});

test('beyond maxWaiting add rejects at once, and the items that wait are still flushed', async () => {
  const { flush } = recorder();
  const batcher = openBatcher<number, string>({ flush, maxItems: 2, maxWaiting: 10 });
  const results = await Promise.allSettled(range(12).map((item) => batcher.add(item)));
  assert.deepEqual(
    results.map(({ status }) => status),
    [...range(10).map(() => 'fulfilled'), 'rejected', 'rejected'],
  );
});

test('maxFlushes bounds how many flushes run at a time', async () => {
  let running = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const batcher = openBatcher<number, void>({
    async flush(batch) {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return batch.map(() => undefined);
    },
    maxItems: 5,
    maxFlushes: 2,
  });
  const adding: Promise<void>[] = [];
  for (const wave of [range(10), range(10), range(10)]) {
    adding.push(...wave.map((item) => batcher.add(item)));
    await wait(5);
  }
  assert.equal(running, 2);
  gate.resolve();
  await Promise.all(adding);
  assert.equal(most, 2);
});

test('after a batch of many the next one lingers; few items do not', async () => {
  const { batches, flush } = recorder();
  const batcher = openBatcher<number, string>({ flush, maxItems: 12, lingerMs: 1_000 });
  const add = (items: readonly number[]) => Promise.all(items.map((item) => batcher.add(item)));
  const isQuick = (adding: Promise<unknown>) =>
    Promise.race([adding.then(() => true), wait(900, false, { ref: false })]);
  assert.equal(await isQuick(add([0])), true);
  assert.equal(await isQuick(add(range(10))), true);
  const early = add([1]);
  await wait(30);
  await Promise.all([early, add([2])]);
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 10, 2],
  );
  assert.equal(await isQuick(add([3])), true, 'a batch of two is no reason to linger');
});

test('a full batch does not linger', async () => {
  const { batches, flush } = recorder();
  const batcher = openBatcher<number, string>({ flush, maxItems: 5, lingerMs: 10_000 });
  await Promise.all(range(5).map((item) => batcher.add(item)));
  await Promise.all(range(5).map((item) => batcher.add(item)));
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [5, 5],
  );
});
