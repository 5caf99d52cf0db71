import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { openGathered } from './gathered.ts';

test('what was held leaves together with the reply that is let go', () => {
  const segments: string[] = [];
  const gathered = openGathered((replies) => segments.push(replies));
  for (const reply of ['a', 'b', 'c']) gathered.hold(reply);
  assert.deepEqual(segments, []);
  gathered.letGo();
  gathered.letGo();
  assert.deepEqual(segments, ['abc']);
});

test('a reply that nothing follows leaves as the turn of the event loop ends', async () => {
  const segments: string[] = [];
  const gathered = openGathered((replies) => segments.push(replies));
  gathered.hold('a');
  await turn();
  await turn();
  assert.deepEqual(segments, ['a']);
  gathered.hold('b');
  gathered.letGo();
  assert.deepEqual(segments, ['a', 'b']);
});
