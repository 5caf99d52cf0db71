import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { groupCommit } from './group-commit.ts';

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const cut = (): Error => Object.assign(new Error('cut'), { code: '57P01' });

/** Flushes that say what they were given, and take a moment. */
function recorder(fault?: (batch: readonly number[], run: number) => Error | undefined) {
  const batches: (readonly number[])[] = [];
  const flush = async (batch: readonly number[]): Promise<readonly string[]> => {
    batches.push(batch);
    await wait(5);
    const error = fault?.(batch, batches.length);
    if (error) throw error;
    return batch.map((item) => `kept ${item}`);
  };
  return { batches, flush };
}

test('whoever comes while a transaction runs shares the next one, and hears its own answer', async () => {
  const { batches, flush } = recorder();
  const group = groupCommit<number, string>({ flush, maxItems: 1_000 });
  const first = group.add(-1);
  while (batches.length === 0) await wait(0);
  const rest = range(100).map((item) => group.add(item));
  assert.equal(await first, 'kept -1');
  assert.deepEqual(
    await Promise.all(rest),
    range(100).map((item) => `kept ${item}`),
  );
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 100],
  );
});

test('nobody is answered before the transaction has ended', async () => {
  let isCommitted = false;
  const group = groupCommit<number, void>({
    async flush(batch) {
      await wait(10);
      isCommitted = true;
      return batch.map(() => undefined);
    },
    maxItems: 10,
  });
  await group.add(1);
  assert.equal(isCommitted, true);
});

test('batches are bounded by number and by size, and one that is too large alone still goes', async () => {
  const { batches, flush } = recorder();
  const group = groupCommit<number, string>({ flush, maxItems: 4, maxBytes: 100, sizeOf: (item) => item });
  await Promise.all([10, 10, 10, 10, 10, 90, 20, 500].map((item) => group.add(item)));
  assert.deepEqual(batches, [[10, 10, 10, 10], [10, 90], [20], [500]]);
});

for (const poisoned of [[0], [7], [15], [3, 4], range(16)])
  test(`poison at ${poisoned.join(', ')} fails alone`, async () => {
    const { flush } = recorder((batch) =>
      batch.some((item) => poisoned.includes(item)) ? new Error('bad data') : undefined,
    );
    const group = groupCommit<number, string>({ flush, maxItems: 100 });
    const results = await Promise.allSettled(range(16).map((item) => group.add(item)));
    assert.deepEqual(
      results.flatMap(({ status }, item) => (status === 'rejected' ? [item] : [])),
      poisoned,
    );
  });

test('a connection that was cut is tried once more, all together', async () => {
  const { batches, flush } = recorder((_, run) => (run === 1 ? cut() : undefined));
  const group = groupCommit<number, string>({ flush, maxItems: 100 });
  assert.deepEqual(await Promise.all([group.add(1), group.add(2)]), ['kept 1', 'kept 2']);
  assert.deepEqual(batches, [
    [1, 2],
    [1, 2],
  ]);
});

test('while the server is away everybody is told, without a try for each', async () => {
  const { batches, flush } = recorder(cut);
  const group = groupCommit<number, string>({ flush, maxItems: 100 });
  const results = await Promise.allSettled(range(50).map((item) => group.add(item)));
  assert.ok(results.every(({ status }) => status === 'rejected'));
  assert.equal(batches.length, 2);
});

test('beyond its bound callers are turned away at once, and those who wait are still served', async () => {
  const { flush } = recorder();
  const group = groupCommit<number, string>({ flush, maxItems: 2, maxWaiting: 10 });
  const results = await Promise.allSettled(range(12).map((item) => group.add(item)));
  assert.deepEqual(
    results.map(({ status }) => status),
    [...range(10).map(() => 'fulfilled'), 'rejected', 'rejected'],
  );
});

test('lanes bound how many transactions run at a time', async () => {
  let running = 0;
  let most = 0;
  const gate = Promise.withResolvers<void>();
  const group = groupCommit<number, void>({
    async flush(batch) {
      running += 1;
      most = Math.max(most, running);
      await gate.promise;
      running -= 1;
      return batch.map(() => undefined);
    },
    maxItems: 5,
    lanes: 2,
  });
  const adding: Promise<void>[] = [];
  for (const wave of [range(10), range(10), range(10)]) {
    adding.push(...wave.map((item) => group.add(item)));
    await wait(5);
  }
  assert.equal(running, 2);
  gate.resolve();
  await Promise.all(adding);
  assert.equal(most, 2);
});

test('in a crowd a batch waits for company; who comes alone does not', async () => {
  const { batches, flush } = recorder();
  const group = groupCommit<number, string>({ flush, maxItems: 100, gatherMs: 40 });
  const alone = performance.now();
  await group.add(0);
  assert.ok(performance.now() - alone < 40, 'it waited for nobody');
  await Promise.all(range(10).map((item) => group.add(item)));
  const early = group.add(1);
  await wait(15);
  await Promise.all([early, group.add(2)]);
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [1, 10, 2],
  );
  // Two are no crowd any more.
  const after = performance.now();
  await group.add(3);
  assert.ok(performance.now() - after < 40, 'the crowd is over');
});

test('a full batch waits for nobody', async () => {
  const { batches, flush } = recorder();
  const group = groupCommit<number, string>({ flush, maxItems: 5, gatherMs: 10_000 });
  await Promise.all(range(5).map((item) => group.add(item)));
  await Promise.all(range(5).map((item) => group.add(item)));
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [5, 5],
  );
});
