import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf } from './budget.ts';

const figure = { name: 'LCP of Overview', budget: 1_000, unit: 'ms' };

test('a figure up to its budget is kept, and one above it is missed', () => {
  assert.equal(lineOf({ ...figure, value: 1_000 }), 'ok      LCP of Overview: 1,000 of 1,000 ms');
  assert.equal(lineOf({ ...figure, value: 1_012.4 }), 'MISSED  LCP of Overview: 1,012 of 1,000 ms');
});

test('a small figure has a digit more, and what explains it follows', () => {
  const cpu = { name: 'CPU', value: 2.64, budget: 5, unit: '% of a core', detail: '0.4 without' };
  assert.equal(lineOf(cpu), 'ok      CPU: 2.6 of 5 % of a core (0.4 without)');
});
