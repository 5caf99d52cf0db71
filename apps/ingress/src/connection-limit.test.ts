import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionLimit } from './connection-limit.ts';

test('each holder has its own limit, and gives back what it took', () => {
  const limit = connectionLimit({ perHolder: 2, total: 100 });
  assert.deepEqual([limit.take('a'), limit.take('a'), limit.take('a')], [true, true, false]);
  assert.equal(limit.take('b'), true);
  limit.giveBack('a');
  assert.equal(limit.take('a'), true);
  assert.equal(limit.open, 3);
});

test('all of them together have one too', () => {
  const limit = connectionLimit({ perHolder: 2, total: 3 });
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((holder) => limit.take(holder)),
    [true, true, true, false],
  );
  for (const holder of ['a', 'b', 'c']) limit.giveBack(holder);
  assert.equal(limit.open, 0);
  assert.equal(limit.take('d'), true);
});
