import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText, exactTime, isZone, relativeTime } from './format-time.ts';

const now = new Date('2026-11-29T10:00:00Z');
const before = (ms: number): Date => new Date(now.getTime() - ms);

for (const [ms, text] of [
  [0, 'now'],
  [12_000, '12s ago'],
  [3 * 60_000, '3m ago'],
  [5 * 3_600_000, '5h ago'],
  [24 * 3_600_000, 'yesterday'],
  [-3 * 60_000, 'in 3m'],
] as const)
  test(`a time ${ms} ms ago reads ${text}`, () => assert.equal(relativeTime(before(ms), now), text));

test('an exact time is written in the time zone of the reader', () => {
  assert.equal(exactTime(now, 'UTC'), '2026-11-29 10:00:00');
  assert.equal(exactTime(now, 'Europe/Vienna'), '2026-11-29 11:00:00');
  assert.equal(exactTime(new Date('2026-01-01T00:05:00Z'), 'UTC'), '2026-01-01 00:05:00');
});

test('a time zone from the URL is checked before use', () => {
  assert.ok(isZone('Europe/Vienna'));
  assert.ok(!isZone('Mars/Olympus'));
});

test('a duration is written in the unit that fits', () => {
  assert.deepEqual([180, 4_200, 260_000, 5_400_000, 4 * 86_400_000].map(durationText), [
    '180 ms',
    '4.20 s',
    '4 min 20 s',
    '1 h 30 min',
    '4 days',
  ]);
});
