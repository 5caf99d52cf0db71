import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openReplyBatch } from './reply-batch.ts';

test('flush writes all collected replies at once', () => {
  const segments: string[] = [];
  const batch = openReplyBatch((replies) => segments.push(replies));
  for (const reply of ['a', 'b', 'c']) batch.add(reply);
  assert.deepEqual(segments, []);
  batch.flush();
  batch.flush();
  assert.deepEqual(segments, ['abc']);
});

test('a reply without a flush leaves when the turn of the event loop ends', async () => {
  const segments: string[] = [];
  const batch = openReplyBatch((replies) => segments.push(replies));
  batch.add('a');
  await turn();
  await turn();
  assert.deepEqual(segments, ['a']);
  batch.add('b');
  batch.flush();
  assert.deepEqual(segments, ['a', 'b']);
});
