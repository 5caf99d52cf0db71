import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentOf } from './footprint.ts';

test('seconds on the CPU become per cent of one core', () => {
  const used = new Map([
    ['worker', 0.25],
    ['postgres', 30],
  ]);
  assert.deepEqual(
    [...percentOf(used, 25)],
    [
      ['worker', 1],
      ['postgres', 120],
    ],
  );
});
