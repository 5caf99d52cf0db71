import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scaleOf } from './scale-of.ts';

const cases: readonly (readonly [number, readonly number[]])[] = [
  [0, [0, 1]],
  [1, [0, 1]],
  [3, [0, 1, 2, 3]],
  [7, [0, 2, 4, 6, 8]],
  [81, [0, 25, 50, 75, 100]],
  [1_000, [0, 250, 500, 750, 1_000]],
  [4_321_000, [0, 2_000_000, 4_000_000, 6_000_000]],
];

for (const [highest, lines] of cases)
  test(`a chart up to ${highest} has lines at ${lines.join(', ')}`, () => {
    assert.deepEqual(scaleOf(highest), { max: lines.at(-1), lines });
  });
