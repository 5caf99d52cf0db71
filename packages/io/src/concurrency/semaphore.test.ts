import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSemaphore } from './semaphore.ts';

test('each key has its own limit, and a released permit is free again', () => {
  const semaphore = openSemaphore({ perKey: 2, total: 100 });
  const first = semaphore.tryAcquire('a');
  assert.ok(first);
  assert.ok(semaphore.tryAcquire('a'));
  assert.equal(semaphore.tryAcquire('a'), undefined);
  assert.ok(semaphore.tryAcquire('b'));
  first();
  first();
  assert.ok(semaphore.tryAcquire('a'));
  assert.equal(semaphore.tryAcquire('a'), undefined, 'a second release changes nothing');
  assert.deepEqual([semaphore.inUse('a'), semaphore.inUse('b'), semaphore.inUse()], [2, 1, 3]);
});

test('all keys together have a limit', () => {
  const semaphore = openSemaphore({ perKey: 2, total: 3 });
  const releases = ['a', 'b', 'c', 'd'].map((key) => semaphore.tryAcquire(key));
  assert.deepEqual(
    releases.map((release) => release !== undefined),
    [true, true, true, false],
  );
  for (const release of releases) release?.();
  assert.equal(semaphore.inUse(), 0);
  assert.ok(semaphore.tryAcquire('d'));
});

test('waiters get permits in the order of arrival', async () => {
  const semaphore = openSemaphore({ perKey: 1 });
  const order: number[] = [];
  const held = semaphore.tryAcquire('a');
  const waiting = [1, 2, 3].map((number) =>
    semaphore.run('a', async () => {
      order.push(number);
    }),
  );
  held?.();
  await Promise.all(waiting);
  assert.deepEqual(order, [1, 2, 3]);
});

test('a waiter whose key is full does not hold up the waiters of other keys', async () => {
  const semaphore = openSemaphore({ perKey: 1, total: 2 });
  semaphore.tryAcquire('a');
  const other = semaphore.tryAcquire('b');
  let isGranted = false;
  void semaphore.acquire('a').then(() => {
    isGranted = true;
  });
  const granted = semaphore.acquire('c');
  other?.();
  assert.ok(await granted);
  assert.equal(isGranted, false);
});

test('a permit that does not come in time is not granted later', async () => {
  const semaphore = openSemaphore({ perKey: 1, waitMs: 10 });
  const held = semaphore.tryAcquire('a');
  assert.equal(await semaphore.acquire('a'), undefined);
  assert.equal(await semaphore.acquire('a', { waitMs: 0 }), undefined);
  held?.();
  assert.equal(semaphore.inUse(), 0);
});

test('weights count against both limits, and a weight above a limit fits when nothing else counts against it', async () => {
  const semaphore = openSemaphore({ perKey: 50, total: 100, waitMs: 0 });
  const large = semaphore.tryAcquire('a', 500);
  assert.ok(large);
  assert.equal(await semaphore.acquire('b', { weight: 1 }), undefined);
  large();
  assert.ok(semaphore.tryAcquire('a', 30));
  assert.equal(semaphore.tryAcquire('a', 30), undefined);
  assert.ok(semaphore.tryAcquire('b', 70), 'more than the limit of a key, while the key has nothing');
  assert.equal(semaphore.tryAcquire('c', 1), undefined);
});

test('run releases the permit when the work throws', async () => {
  const semaphore = openSemaphore({ perKey: 1 });
  await assert.rejects(
    semaphore.run('a', () => Promise.reject(new Error('broken'))),
    /broken/,
  );
  assert.deepEqual(await semaphore.run('a', async () => 'done'), { value: 'done' });
});

test('close ends all waiting, and permits in use stay valid', async () => {
  const semaphore = openSemaphore({ perKey: 1 });
  const held = semaphore.tryAcquire('a');
  const waiting = semaphore.run('a', async () => 'done');
  semaphore.close();
  assert.equal(await waiting, undefined);
  assert.equal(semaphore.tryAcquire('b'), undefined);
  held?.();
  assert.equal(semaphore.inUse(), 0);
});
