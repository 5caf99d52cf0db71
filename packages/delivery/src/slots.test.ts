import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSlots } from './slots.ts';

const gate = () => Promise.withResolvers<void>();

test('who waits gets the slot that comes free, in order', async () => {
  const slots = openSlots({ perKey: 1, waitMs: 1_000 });
  const [first, order] = [gate(), [] as number[]];
  const all = [
    slots.within('a', () => first.promise),
    slots.within('a', async () => void order.push(2)),
    slots.within('a', async () => void order.push(3)),
  ];
  first.resolve();
  await Promise.all(all);
  assert.deepEqual(order, [2, 3]);
});

test('who waits too long is told so, and leaves no trace', async () => {
  const slots = openSlots({ perKey: 1, waitMs: 10 });
  const first = gate();
  const busy = slots.within('a', () => first.promise);
  assert.equal(await slots.within('a', async () => 'never'), undefined);
  first.resolve();
  await busy;
  assert.deepEqual(await slots.within('a', async () => 'now'), { value: 'now' });
});

test('one key does not wait for another', async () => {
  const slots = openSlots({ perKey: 1, waitMs: 10 });
  const first = gate();
  const busy = slots.within('a', () => first.promise);
  assert.deepEqual(await slots.within('b', async () => 1), { value: 1 });
  first.resolve();
  await busy;
});

test('a slot comes back when what ran in it fails', async () => {
  const slots = openSlots({ perKey: 1, waitMs: 10 });
  await assert.rejects(
    slots.within('a', () => Promise.reject(new Error('no'))),
    /no/,
  );
  assert.deepEqual(await slots.within('a', async () => 1), { value: 1 });
});
