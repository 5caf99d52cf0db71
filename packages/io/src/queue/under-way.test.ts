import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { underWay } from './under-way.ts';

test('the end is waited for, of what fails too', async () => {
  const works = underWay();
  const order: string[] = [];
  void works.add(wait(20).then(() => order.push('done')));
  const failing = works.add(
    wait(40).then(() => {
      order.push('failed');
      throw new Error('backend away');
    }),
  );
  const heard = assert.rejects(failing, /backend away/);
  await works.ended(5_000);
  order.push('ended');
  await heard;
  assert.deepEqual(order, ['done', 'failed', 'ended']);
});

test('what never ends is waited for no longer than asked, and what has ended not at all', async () => {
  const works = underWay();
  await works.add(Promise.resolve('done'));
  const from = performance.now();
  await works.ended(5_000);
  assert.ok(performance.now() - from < 1_000);
  void works.add(new Promise(() => undefined));
  await works.ended(50);
  const took = performance.now() - from;
  assert.ok(took >= 45 && took < 2_000, `${took} ms`);
});
