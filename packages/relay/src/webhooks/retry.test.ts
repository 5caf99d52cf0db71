import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryAt } from './retry.ts';

const at = new Date('2026-12-01T00:00:00Z');
const none = { retryAfter: undefined };
const secondsAfter = (tries: number, chance: number): number | undefined => {
  const next = retryAt({ tries, at, ...none }, chance);
  return next && (next.getTime() - at.getTime()) / 1_000;
};

test('waits grow from 5 seconds to a day, and then the delivery is given up', () => {
  const waits = Array.from({ length: 12 }, (_, index) => secondsAfter(index + 1, 0.5));
  const hours = [1, 2, 4, 8, 12, 24].map((hour) => hour * 3_600);
  assert.deepEqual(waits, [5, 30, 120, 600, 1_800, ...hours, undefined]);
});

test('a wait varies by a fifth either way, so that retries do not come all at once', () => {
  assert.deepEqual([secondsAfter(6, 0), secondsAfter(6, 1)], [2_880, 4_320]);
});

test('the answer may ask for a longer wait, not for a shorter one', () => {
  const later = new Date(at.getTime() + 60_000);
  assert.deepEqual(retryAt({ tries: 1, at, retryAfter: later }, 0.5), later);
  assert.equal(retryAt({ tries: 5, at, retryAfter: later }, 0.5)?.getTime(), at.getTime() + 1_800_000);
});
