import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openRefusedDeliveries } from './refused.ts';

const mx = 'mx.example:25';

/** Deliveries of which some are gone, on a clock that is set by hand. */
function scene({ most = 10, gone = [] as readonly string[] } = {}) {
  const clock = { now: 0, hasIdle: false };
  const begun: string[] = [];
  const troubles: unknown[] = [];
  const refused = openRefusedDeliveries({
    deliver: async (id, dueBy) => {
      assert.ok(dueBy.getTime() > clock.now);
      if (id === 'broken') throw new Error('the database is away');
      if (gone.includes(id)) return false;
      begun.push(id);
      return true;
    },
    hasIdle: () => clock.hasIdle,
    now: () => new Date(clock.now),
    onTrouble: (error) => void troubles.push(error),
    most,
  });
  const add = (id: string, at: number, destination = mx): void =>
    refused.add(destination, { id, until: new Date(at) });
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { clock, begun, troubles, refused, add, settle };
}

test('each idle session begins the delivery that has waited longest for its destination', async () => {
  const { begun, refused, add, settle } = scene();
  add('first', 5_000);
  add('second', 4_000);
  add('elsewhere', 5_000, 'other.example:25');
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, ['first']);
  refused.beginNext(mx);
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, ['first', 'second']);
});

test('a delivery that is put back when a session has fallen idle begins at once', async () => {
  const { clock, begun, add, settle } = scene();
  clock.hasIdle = true;
  add('late', 5_000);
  await settle();
  assert.deepEqual(begun, ['late']);
});

test('what is due meanwhile is left to the queue', async () => {
  const { clock, begun, refused, add, settle } = scene();
  add('due', 500);
  add('later', 5_000);
  clock.now = 1_000;
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, ['later']);
});

test('a delivery that cannot be claimed makes room for the next one', async () => {
  const { begun, refused, add, settle } = scene({ gone: ['cancelled', 'taken'] });
  for (const id of ['cancelled', 'taken', 'waiting', 'last']) add(id, 5_000);
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, ['waiting']);
});

test('no more are remembered than the limit, and a failed claim is reported', async () => {
  const { begun, troubles, refused, add, settle } = scene({ most: 2 });
  for (const id of ['broken', 'kept', 'beyond']) add(id, 5_000);
  for (let times = 0; times < 3; times++) refused.beginNext(mx);
  await settle();
  assert.deepEqual([begun, troubles.length], [['kept'], 1]);
});

test('what fell due beside sessions that broke makes room, whatever its destination', async () => {
  const { clock, begun, refused, add, settle } = scene({ most: 2 });
  add('due', 500, 'broken.example:25');
  add('due too', 500, 'broken.example:25');
  clock.now = 1_000;
  add('later', 5_000);
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, ['later']);
});

test('after it is closed nothing begins', async () => {
  const { begun, refused, add, settle } = scene();
  add('waiting', 5_000);
  await refused.close();
  add('late', 5_000);
  refused.beginNext(mx);
  await settle();
  assert.deepEqual(begun, []);
});
