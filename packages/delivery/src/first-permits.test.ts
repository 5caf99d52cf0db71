import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type FirstPlaces, openFirstPlaces, PATIENCE_MS } from './first-permits.ts';

async function assertRefusedAtOnce(places: FirstPlaces, mayWait: boolean): Promise<void> {
  const from = performance.now();
  assert.equal(await places.take('a', mayWait), undefined);
  assert.ok(performance.now() - from < PATIENCE_MS / 2);
}

test('a place that comes free soon is waited for', async () => {
  const places = openFirstPlaces({ places: 2, perAccount: 1 });
  const first = await places.take('a', true);
  const second = places.take('a', true);
  await wait(PATIENCE_MS / 10);
  first?.();
  assert.ok(await second);
});

test('one that does not come free is not waited for longer than a moment', async () => {
  const places = openFirstPlaces({ places: 2, perAccount: 1 });
  await places.take('a', true);
  assert.equal(await places.take('a', true), undefined);
});

test('who may not wait does not', async () => {
  const places = openFirstPlaces({ places: 2, perAccount: 1 });
  await places.take('a', true);
  await assertRefusedAtOnce(places, false);
});

test('where attempts take long, nobody waits for the next place', async () => {
  const places = openFirstPlaces({ places: 4, perAccount: 2 });
  const [slow] = [await places.take('a', true), await places.take('a', true)];
  await wait(6 * PATIENCE_MS);
  slow?.();
  await places.take('a', true);
  await assertRefusedAtOnce(places, true);
});

test('an account has its part and no more, and leaves the rest to others', async () => {
  const places = openFirstPlaces({ places: 3, perAccount: 2 });
  assert.ok(await places.take('a', false));
  assert.ok(await places.take('a', false));
  assert.equal(await places.take('a', false), undefined);
  assert.ok(await places.take('b', false));
  assert.equal(await places.take('b', false), undefined, 'all places are taken');
});

test('when all places are taken, the account gets its own back', async () => {
  const places = openFirstPlaces({ places: 1, perAccount: 1 });
  const first = await places.take('a', false);
  assert.equal(await places.take('b', false), undefined);
  first?.();
  assert.ok(await places.take('b', false));
});
