import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTries } from './tries.ts';

test('attempts are counted per key', () => {
  const tries = openTries();
  assert.deepEqual([tries.count('a'), tries.count('a'), tries.count('b'), tries.count('a')], [0, 1, 0, 2]);
});

test('the oldest count is deleted at the limit', () => {
  const tries = openTries(2);
  for (const key of ['a', 'b', 'c']) tries.count(key);
  assert.equal(tries.count('a'), 0);
  assert.equal(tries.count('c'), 1);
});
