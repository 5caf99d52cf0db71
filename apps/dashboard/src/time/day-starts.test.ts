import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dayStarts } from './day-starts.ts';

const starts = (days: number, now: string, zone: string): readonly string[] =>
  dayStarts(days, Date.parse(now), zone).map((at) => new Date(at).toISOString());

test('the last days end with today', () => {
  assert.deepEqual(starts(3, '2026-11-29T10:17:00Z', 'UTC'), [
    '2026-11-27T00:00:00.000Z',
    '2026-11-28T00:00:00.000Z',
    '2026-11-29T00:00:00.000Z',
  ]);
});

test('days of 25 and of 23 hours begin at midnight', () => {
  assert.deepEqual(starts(2, '2026-10-26T00:10:00Z', 'Europe/Vienna'), [
    '2026-10-24T22:00:00.000Z',
    '2026-10-25T23:00:00.000Z',
  ]);
  assert.deepEqual(starts(2, '2026-03-30T01:00:00Z', 'Europe/Vienna'), [
    '2026-03-28T23:00:00.000Z',
    '2026-03-29T22:00:00.000Z',
  ]);
});

test('a time zone may be half an hour off', () => {
  assert.deepEqual(starts(1, '2026-11-29T18:40:00Z', 'Asia/Kolkata'), ['2026-11-29T18:30:00.000Z']);
});
