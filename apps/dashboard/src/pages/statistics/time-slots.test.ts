import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeSlots } from './time-slots.ts';

const labels = (...asked: Parameters<typeof timeSlots>): readonly string[] =>
  timeSlots(...asked).map(({ label }) => label);

test('days without mail are shown too', () => {
  const span = { from: '2026-11-26T10:30:00Z', to: '2026-11-29T10:30:00Z' };
  assert.deepEqual(labels(span, 'UTC', 'day'), ['11-26', '11-27', '11-28', '11-29']);
});

test('a day on which the clocks change is one day', () => {
  const span = { from: '2026-10-24T00:00:00Z', to: '2026-10-26T22:00:00Z' };
  assert.deepEqual(labels(span, 'Europe/Vienna', 'day'), ['10-24', '10-25', '10-26']);
});

test('hours are named by their beginning, and each ends where the next one begins', () => {
  const span = { from: '2026-11-29T09:30:00.000Z', to: '2026-11-29T11:00:00.000Z' };
  assert.deepEqual(timeSlots(span, 'UTC', 'hour'), [
    { label: '11-29 09:00', from: span.from, to: '2026-11-29T10:00:00.000Z' },
    { label: '11-29 10:00', from: '2026-11-29T10:00:00.000Z', to: span.to },
  ]);
});

test('hours begin by the clock of a time zone that is half an hour off', () => {
  const span = { from: '2026-11-29T09:30:00.000Z', to: '2026-11-29T11:30:00.000Z' };
  assert.deepEqual(labels(span, 'Asia/Kolkata', 'hour'), ['11-29 15:00', '11-29 16:00']);
});
