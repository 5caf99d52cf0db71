import assert from 'node:assert/strict';
import { test } from 'node:test';
import { percentileOf, spreadOf } from './percentile.ts';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

test('of a hundred values the p-th percentile is the p-th value', () => {
  assert.deepEqual(spreadOf(upTo(100)), { p50: 50, p95: 95, p99: 99 });
});

test('values are ordered by size, not by their text', () => {
  assert.equal(spreadOf([100, 9, 20]).p50, 20);
});

test('a single value is every percentile', () => {
  assert.deepEqual(spreadOf([7]), { p50: 7, p95: 7, p99: 7 });
});

test('nothing has no percentile', () => {
  assert.ok(Number.isNaN(spreadOf([]).p99));
});

test('a share between two values takes the upper one', () => {
  assert.equal(percentileOf(Float64Array.from(upTo(10)), 0.91), 10);
  assert.equal(percentileOf(Float64Array.from(upTo(10)), 0.9), 9);
});
