import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsCache } from './settings-cache.ts';

function someCache() {
  const asked: string[] = [];
  const pending: PromiseWithResolvers<string>[] = [];
  let time = 0;
  const cache = settingsCache({
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

test('an answer serves everybody until it is too old', async () => {
  const { cache, asked, pending, pass } = someCache();
  const both = Promise.all([cache.get('a'), cache.get('a')]);
  pending[0]?.resolve('one');
  assert.deepEqual(await both, ['one', 'one']);
  pass(4_999);
  assert.equal(await cache.get('a'), 'one');
  assert.deepEqual(asked, ['a']);
  pass(1);
  const fresh = cache.get('a');
  pending[1]?.resolve('two');
  assert.equal(await fresh, 'two');
});

test('an answer that was asked for before a change is not kept after it', async () => {
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

test('a failure is told and not remembered', async () => {
  const { cache, pending } = someCache();
  const failed = cache.get('a');
  pending[0]?.reject(new Error('away'));
  await assert.rejects(failed, /away/);
  const again = cache.get('a');
  pending[1]?.resolve('there');
  assert.equal(await again, 'there');
});

test('strangers who ask for ever new names do not fill the memory', async () => {
  const asked: string[] = [];
  const cache = settingsCache({
    load: async (key) => asked.push(key),
    ttlMs: 5_000,
    now: () => 0,
  });
  for (let index = 0; index <= 20_000; index++) await cache.get(`name ${index}`);
  await cache.get('name 20000');
  assert.equal(asked.length, 20_001);
  await cache.get('name 0');
  assert.equal(asked.length, 20_002);
});

test('no more answers are kept than were allowed, and the oldest go first', async () => {
  const asked: string[] = [];
  const load = async (key: string): Promise<string> => {
    asked.push(key);
    return key;
  };
  const cache = settingsCache({ load, ttlMs: 5_000, maxEntries: 2, now: () => 0 });
  for (const key of ['a', 'b', 'c', 'b', 'c', 'a']) assert.equal(await cache.get(key), key);
  assert.deepEqual(asked, ['a', 'b', 'c', 'a']);
});
