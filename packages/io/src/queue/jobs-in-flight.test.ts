import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openJobsInFlight } from './jobs-in-flight.ts';

test('an id that is added while it is in flight is handled once more when it ends', async () => {
  const ends: (() => void)[] = [];
  const handled: string[] = [];
  const jobs = openJobsInFlight({
    concurrency: 2,
    handle: (id) => {
      handled.push(id);
      return new Promise((resolve) => ends.push(resolve));
    },
    onEnd: () => undefined,
  });
  jobs.add(['a']);
  jobs.add(['a', 'a', 'b']);
  assert.deepEqual(handled, ['a', 'b'], 'never twice at a time');
  ends[0]?.();
  await new Promise(setImmediate);
  assert.deepEqual(handled, ['a', 'b', 'a']);
  for (const end of ends) end();
  assert.deepEqual(await jobs.close(), []);
});
