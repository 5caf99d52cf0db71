import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFront } from './front.ts';

const start = Number.MIN_SAFE_INTEGER;

test('a look begins a little before the last ring taken, and some seconds later at the start again', () => {
  const front = openFront();
  assert.equal(front.from(10_000), start);
  front.passed(50_000);
  assert.equal(front.from(10_001), 49_000);
  front.passed(undefined);
  assert.equal(front.from(13_999), 49_000);
  assert.equal(front.from(14_000), start);
  assert.equal(front.from(14_001), 49_000);
});

test('rings found behind move the place back, so that those after them are not passed over', () => {
  const front = openFront();
  assert.equal(front.from(0), start);
  front.passed(50_000);
  front.passed(7);
  assert.ok(front.from(1) < 7);
});
