import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRandomBytes } from './random-bytes.ts';

test('bytes are given out once, however many and of whatever size', () => {
  const random = openRandomBytes();
  const seen = new Set<string>();
  for (let round = 0; round < 5_000; round++) {
    const bytes = random(10);
    assert.equal(bytes.length, 10);
    seen.add(bytes.toString('hex'));
  }
  assert.equal(seen.size, 5_000);
  assert.equal(random(20_000).length, 20_000);
  assert.notDeepEqual(random(16), random(16));
});

test('what was given out is not overwritten by what follows', () => {
  const random = openRandomBytes();
  const first = random(16);
  const kept = Buffer.from(first);
  for (let round = 0; round < 2_000; round++) random(16);
  assert.deepEqual(first, kept);
});
