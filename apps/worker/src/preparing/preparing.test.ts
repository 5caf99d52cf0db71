import assert from 'node:assert/strict';
import { test } from 'node:test';
import { preparation } from './preparation.test-support.ts';
import { isLarge } from './preparing.ts';

test('size counts for each recipient', () => {
  assert.equal(isLarge(preparation('x'.repeat(100_000))), false);
  assert.equal(isLarge(preparation('x'.repeat(600_000))), true);
  const many = Array.from({ length: 10 }, (_, index) => `r${index}@rcpt.example`);
  assert.equal(isLarge(preparation('x'.repeat(100_000), many)), true);
});
