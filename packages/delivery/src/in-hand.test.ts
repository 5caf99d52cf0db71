import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { countInHand, WAIT_MS } from './in-hand.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function pending<T>(promise: Promise<T>): { value?: T } {
  const state: { value?: T } = {};
  void promise.then((value) => Object.assign(state, { value }));
  return state;
}

const clock = (t: TestContext) => t.mock.timers.enable({ apis: ['setTimeout'] });

test('an account gets its part, and all accounts together the whole', async () => {
  const inHand = countInHand({ most: 3, perAccount: 2 });
  assert.equal(await inHand.take('a', 5), 2);
  assert.equal(await inHand.take('b', 5), 1);
  assert.equal(await inHand.take('c', 1), 0);
  inHand.leave('a', 1);
  assert.equal(await inHand.take('c', 1), 1);
});

test('an account at its limit waits until one of its deliveries ends', async (t) => {
  clock(t);
  const inHand = countInHand({ most: 9, perAccount: 1 });
  await inHand.take('a', 1);
  const next = pending(inHand.take('a', 1));
  await settled();
  assert.equal('value' in next, false);
  inHand.leave('a', 1);
  await settled();
  assert.equal(next.value, 1);
});

test('after a wait in vain the mail of an account is not waited for, until one of its deliveries ends', async (t) => {
  clock(t);
  const inHand = countInHand({ most: 9, perAccount: 1 });
  await inHand.take('a', 1);
  const waited = pending(inHand.take('a', 1));
  await settled();
  t.mock.timers.tick(WAIT_MS);
  await settled();
  assert.equal(waited.value, 0);
  assert.equal(await inHand.take('a', 1), 0);
  inHand.leave('a', 1);
  assert.equal(await inHand.take('a', 1), 1);
});
