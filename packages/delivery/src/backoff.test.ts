import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backoffMs } from './backoff.ts';

test('what finds no session free waits as long again as it has waited, half a second at least and five at most', () => {
  for (const [waited, pause] of [
    [-20, 500],
    [0, 500],
    [600, 600],
    [3_000, 3_000],
    [5_000, 5_000],
    [86_400_000, 5_000],
  ] as const)
    assert.equal(backoffMs(waited, 5_000, 0), pause, `${waited} ms`);
});

test('the pause is spread over twice its length', () => {
  assert.deepEqual(
    [0, 0.5, 1].map((random) => backoffMs(1_000, 5_000, random)),
    [1_000, 1_500, 2_000],
  );
});

test('what is put back each time asks fourteen times in its first minute, not more', () => {
  let age = 250;
  let times = 0;
  for (; age < 60_000; times++) age += backoffMs(age, 5_000, 0) + 250;
  assert.equal(times, 14);
});
