import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLoadingCache } from './loading-cache.ts';

function someCache() {
  const asked: string[] = [];
  const pending: PromiseWithResolvers<string>[] = [];
  let time = 1;
  const cache = openLoadingCache({
    load: (key) => {
      asked.push(key);
      const answer = Promise.withResolvers<string>();
      pending.push(answer);
      return answer.promise;
    },
    ttlMs: 5_000,
    now: () => time,
  });
  return { cache, asked, pending, pass: (milliseconds: number) => (time += milliseconds) };
}

test('concurrent callers share one load, and its answer is valid for ttlMs', async () => {
  const { cache, asked, pending, pass } = someCache();
  const both = Promise.all([cache.get('a'), cache.get('a')]);
  pending[0]?.resolve('one');
  assert.deepEqual(await both, ['one', 'one']);
  pass(5_000);
  assert.equal(await cache.get('a'), 'one');
  assert.deepEqual(asked, ['a']);
  pass(1);
  const fresh = cache.get('a');
  pending[1]?.resolve('two');
  assert.equal(await fresh, 'two');
});

test('an answer whose load began before forget is not stored after it', async () => {
  const { cache, asked, pending } = someCache();
  const before = cache.get('a');
  cache.forget();
  const after = cache.get('a');
  pending[0]?.resolve('old');
  pending[1]?.resolve('new');
  assert.deepEqual(await Promise.all([before, after]), ['old', 'new']);
  assert.equal(await cache.get('a'), 'new');
  assert.equal(asked.length, 2);
});

test('a failure reaches the callers and is not stored', async () => {
  const { cache, pending } = someCache();
  const failed = cache.get('a');
  pending[0]?.reject(new Error('away'));
  await assert.rejects(failed, /away/);
  const again = cache.get('a');
  pending[1]?.resolve('there');
  assert.equal(await again, 'there');
});

test('the number of stored answers is bounded by default', async () => {
  const asked: string[] = [];
  const cache = openLoadingCache({
    load: async (key) => asked.push(key),
    ttlMs: 5_000,
    now: () => 1,
  });
  for (let index = 0; index <= 20_000; index++) await cache.get(`name ${index}`);
  await cache.get('name 20000');
  assert.equal(asked.length, 20_001);
  await cache.get('name 0');
  assert.equal(asked.length, 20_002);
});

test('beyond maxEntries the least recently used answer is removed', async () => {
  const asked: string[] = [];
  const load = async (key: string): Promise<string> => {
    asked.push(key);
    return key;
  };
  const cache = openLoadingCache({ load, ttlMs: 5_000, maxEntries: 2, now: () => 1 });
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) assert.equal(await cache.get(key), key);
  assert.deepEqual(asked, ['a', 'b', 'c', 'a']);
});

test('the answer itself may say how long it is valid, and 0 means that it is not stored', async () => {
  let time = 1;
  let loads = 0;
  const cache = openLoadingCache<number>({
    load: async () => ++loads,
    ttlMs: (value) => (value === 2 ? 0 : 100),
    now: () => time,
  });
  assert.equal(await cache.get('q'), 1);
  time = 101;
  assert.equal(await cache.get('q'), 1);
  time = 102;
  assert.equal(await cache.get('q'), 2);
  assert.equal(await cache.get('q'), 3);
  assert.equal(await cache.get('q'), 3);
});

test('an answer with a time to live of 0 is shared by callers that wait, and not stored', async () => {
  let loads = 0;
  const cache = openLoadingCache({
    load: async () => {
      loads += 1;
      return loads;
    },
    ttlMs: 0,
  });
  assert.deepEqual(await Promise.all([cache.get('a'), cache.get('a')]), [1, 1]);
  assert.equal(await cache.get('a'), 2);
});
