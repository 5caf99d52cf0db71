import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptOn } from './kept-on.ts';

test('what was kept on an object is found there, and on no other one', () => {
  const kept = keptOn<object, number>();
  const [one, other] = [{}, {}];
  kept.set(one, 1);
  assert.deepEqual([kept.get(one), kept.get(other)], [1, undefined]);
});

test('what is kept again replaces what was', () => {
  const kept = keptOn<object, number>();
  const one = {};
  kept.set(one, 1);
  kept.set(one, 2);
  assert.equal(kept.get(one), 2);
});

test('two memories of one object know nothing of each other', () => {
  const [first, second] = [keptOn<object, number>(), keptOn<object, number>()];
  const one = {};
  first.set(one, 1);
  assert.equal(second.get(one), undefined);
});

test('a copy is another object: it may differ from what was found', () => {
  const kept = keptOn<object, number>();
  const one = { a: 1 };
  kept.set(one, 1);
  assert.equal(kept.get({ ...one, a: 2 }), undefined);
});

test('an object looks as it did', () => {
  const kept = keptOn<object, number>();
  const one = { a: 1 };
  kept.set(one, 1);
  assert.deepStrictEqual(one, { a: 1 });
  assert.deepEqual(structuredClone(one), { a: 1 });
});

test('on a frozen object nothing is kept, and nothing breaks', () => {
  const kept = keptOn<object, number>();
  const one = Object.freeze({});
  kept.set(one, 1);
  assert.equal(kept.get(one), undefined);
});
