import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openFrameReader } from './event-frames.ts';

test('an event that arrives in pieces is read once, when it is whole', () => {
  const read = openFrameReader();
  assert.deepEqual(read('retry: 2000\n\nid: 1\nevent: message.del'), []);
  assert.deepEqual(read('ivered\ndata: {"a":1}\n'), []);
  assert.deepEqual(read('\nid: 2\ndata: {"b":2}\n\n'), ['{"a":1}', '{"b":2}']);
});

test('a sign of life is no event', () => {
  assert.deepEqual(openFrameReader()(': waiting\n\n'), []);
});
