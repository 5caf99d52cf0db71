import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotLabels } from './time-slots.ts';

const days = { interval: 'day', zone: 'UTC' } as const;

test('days without mail are shown too', () => {
  const span = { from: '2026-11-26T10:30:00Z', to: '2026-11-29T10:30:00Z' };
  assert.deepEqual(slotLabels({ ...span, ...days }), ['11-26', '11-27', '11-28', '11-29']);
});

test('a day on which the clocks change is one day', () => {
  const span = { from: '2026-10-24T00:00:00Z', to: '2026-10-26T23:00:00Z', interval: 'day' } as const;
  assert.deepEqual(slotLabels({ ...span, zone: 'Europe/Vienna' }), ['10-24', '10-25', '10-26']);
});

test('hours are named by their beginning', () => {
  const span = { from: '2026-11-29T09:30:00Z', to: '2026-11-29T11:00:00Z', interval: 'hour' } as const;
  assert.deepEqual(slotLabels({ ...span, zone: 'UTC' }), ['11-29 09:00', '11-29 10:00']);
});
