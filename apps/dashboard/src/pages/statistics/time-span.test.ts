import assert from 'node:assert/strict';
import { test } from 'node:test';
import { intervalOf, lastDays } from './time-span.ts';

test('the last day ends with the present half hour, so that the newest mail is in it', () => {
  const span = { from: '2026-11-28T10:30:00.000Z', to: '2026-11-29T10:30:00.000Z' };
  assert.deepEqual(lastDays(1, new Date('2026-11-29T10:00:00Z'), 'UTC'), span);
  assert.deepEqual(lastDays(1, new Date('2026-11-29T10:29:59Z'), 'UTC'), span);
});

test('more days are whole days of the time zone, and today', () => {
  const span = { from: '2026-11-22T23:00:00.000Z', to: '2026-11-29T10:30:00.000Z' };
  assert.deepEqual(lastDays(7, new Date('2026-11-29T10:00:00Z'), 'Europe/Vienna'), span);
});

test('a day is shown by hour, a week by day', () => {
  assert.equal(intervalOf(1), 'hour');
  assert.equal(intervalOf(7), 'day');
});
