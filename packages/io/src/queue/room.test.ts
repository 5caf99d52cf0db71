import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { room } from './room.ts';

test('so many are inside at a time, the others follow in their order, and a failure frees its place', async () => {
  const places = room(3);
  const begun: number[] = [];
  let inside = 0;
  let most = 0;
  const visits = Array.from({ length: 10 }, (_, number) =>
    places.within(async () => {
      begun.push(number);
      inside += 1;
      most = Math.max(most, inside);
      await wait(number % 3);
      inside -= 1;
      if (number === 1) throw new Error('planned');
    }),
  );
  const ends = await Promise.allSettled(visits);
  assert.equal(most, 3);
  assert.deepEqual(begun, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(
    ends.map(({ status }) => status).filter((status) => status === 'rejected'),
    ['rejected'],
  );
});

test('a room that closes lets those inside finish and turns the others away', async () => {
  const places = room(1);
  const inside = Promise.withResolvers<void>();
  const first = places.within(() => inside.promise);
  const second = places.within(async () => assert.fail('not any more'));
  places.close();
  assert.equal(await second, false);
  assert.equal(await places.within(async () => assert.fail('not any more')), false);
  inside.resolve();
  assert.equal(await first, true);
});

test('a slow one holds its own place only', async () => {
  const places = room(2);
  const slow = Promise.withResolvers<void>();
  const first = places.within(() => slow.promise);
  for (let turn = 0; turn < 20; turn++) await places.within(async () => undefined);
  slow.resolve();
  await first;
});
