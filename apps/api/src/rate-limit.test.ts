import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rateLimit } from './rate-limit.ts';

test('a window counts down, closes, and opens again', () => {
  let time = 0;
  const limit = rateLimit(2, 1_000, () => new Date(time));
  assert.deepEqual([limit.hit('a').left, limit.hit('a').left], [1, 0]);
  const third = limit.hit('a');
  assert.equal(third.isOver, true);
  assert.equal(third.endsAt.getTime(), 1_000);
  assert.equal(limit.hit('b').isOver, false, 'another one is not held up');
  time = 1_000;
  assert.equal(limit.hit('a').isOver, false);
});

test('asking whether it is over costs nothing', () => {
  const limit = rateLimit(1, 1_000, () => new Date(0));
  for (let n = 0; n < 5; n++) assert.equal(limit.isOver('a'), undefined);
  limit.hit('a');
  assert.equal(limit.isOver('a')?.getTime(), 1_000);
});

test('a hundred thousand strangers do not fill the memory', () => {
  const limit = rateLimit(1, 1_000_000, () => new Date(0));
  limit.hit('first');
  for (let n = 0; n < 100_000; n++) limit.hit(`stranger ${n}`);
  assert.equal(limit.hit('first').isOver, false, 'the oldest window gave way');
});
