import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLow, sizeText } from './disk-check.ts';

test('sizes are written in decimal units', () => {
  assert.deepEqual([0, 999, 1_000, 1_536_000, 78e9, 252.4e9, 3e12, 4e15].map(sizeText), [
    '0 bytes',
    '999 bytes',
    '1.0 kB',
    '1.5 MB',
    '78 GB',
    '252 GB',
    '3.0 TB',
    '4000 TB',
  ]);
});

test('a disk is low below a gibibyte, and below a twentieth of its size', () => {
  const gibibyte = 2 ** 30;
  assert.equal(isLow({ free: gibibyte, total: 10 * gibibyte }), false);
  assert.equal(isLow({ free: gibibyte - 1, total: 10 * gibibyte }), true);
  assert.equal(isLow({ free: 49 * gibibyte, total: 1_000 * gibibyte }), true);
  assert.equal(isLow({ free: 51 * gibibyte, total: 1_000 * gibibyte }), false);
});
