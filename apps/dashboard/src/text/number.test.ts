import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, plural, rate } from './number.ts';

test('a rate of few is shown as a count', () => {
  assert.equal(rate(4, 37), '4 of 37');
  assert.equal(rate(992, 1000), '99.2%');
});

test('sizes and counts read well', () => {
  assert.deepEqual([900, 2048, 3 * 1024 * 1024].map(bytes), ['900 B', '2.0 KiB', '3.0 MiB']);
  assert.equal(plural(1, 'message'), '1 message');
  assert.equal(plural(1200, 'message'), '1,200 messages');
});
