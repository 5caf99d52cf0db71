import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { memoryRateLimits, type RateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { rateLimit } from './rate-limit.ts';

function open(quota: number, rateLimits: RateLimits = memoryRateLimits()) {
  let time = 0;
  const limit = rateLimit({ name: 'test', quota, windowMs: 10_000, now: () => new Date(time) }, rateLimits);
  return { limit, pass: (milliseconds: number) => (time += milliseconds) };
}

test('a window counts down, closes, and opens again', () => {
  const { limit, pass } = open(2);
  assert.deepEqual([limit.hit('a').left, limit.hit('a').left], [1, 0]);
  const third = limit.hit('a');
  assert.equal(third.isOver, true);
  assert.equal(third.endsAt.getTime(), 10_000);
  assert.equal(limit.hit('b').isOver, false, 'another key has its own window');
  pass(10_000);
  assert.equal(limit.hit('a').isOver, false);
});

test('isOver counts nothing', () => {
  const { limit } = open(1);
  for (let n = 0; n < 5; n++) assert.equal(limit.isOver('a'), undefined);
  limit.hit('a');
  assert.equal(limit.isOver('a')?.getTime(), 10_000);
});

test('the memory for windows is bounded: the least recently used one is removed', () => {
  const { limit } = open(100);
  for (let n = 0; n < 100; n++) limit.hit('first');
  for (let n = 0; n < 50_000; n++) limit.isOver(`address ${n}`);
  assert.equal(limit.isOver('first'), undefined);
});

test('processes that share a store exceed the quota by at most a fortieth each', async () => {
  const shared = memoryRateLimits();
  // One limiter, as both processes find the same counter in their store.
  const limiter = shared.limiter({ name: 'test', limit: 400, windowMs: 10_000 });
  const store: RateLimits = { ...shared, limiter: () => limiter };
  const processes = [open(400, store), open(400, store)];
  let granted = 0;
  for (let n = 0; n < 400; n++)
    for (const { limit } of processes) {
      if (!limit.hit('a').isOver) granted += 1;
      await turn();
    }
  assert.ok(granted >= 400, `${granted}`);
  assert.ok(granted <= 400 + 2 * 10, `${granted}`);
});

test('a process reports its hits in blocks', async () => {
  const shared = memoryRateLimits();
  let consumed = 0;
  const store: RateLimits = {
    ...shared,
    limiter: (options) => {
      const limiter = shared.limiter(options);
      return {
        ...limiter,
        consume(key, points) {
          consumed += 1;
          return limiter.consume(key, points);
        },
      };
    },
  };
  const { limit } = open(2_000, store);
  for (let n = 0; n < 49; n++) limit.hit('a');
  await turn();
  assert.equal(consumed, 0);
  for (let n = 0; n < 51; n++) {
    limit.hit('a');
    await turn();
  }
  assert.equal(consumed, 2);
});
