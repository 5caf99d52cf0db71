import assert from 'node:assert/strict';
import { test } from 'node:test';
import v8 from 'node:v8';
import vm from 'node:vm';
import { type KeptOn, keptOn } from './kept-on.ts';

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

v8.setFlagsFromString('--expose-gc');
const collect: (options?: { readonly type: 'minor' }) => void = vm.runInNewContext('gc');
const TURNS = 100;

const oldBytes = (): number =>
  v8.getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? 0;

/** Apart, so that no register of a caller still names what was made. */
function anObjectWith10KB(kept: KeptOn<object, unknown>): object {
  const one = {};
  kept.set(
    one,
    Array.from({ length: 100 }, (_, index) => ({ index, all: [index] })),
  );
  return one;
}

/** Bytes that grow old of each 10 KB that were kept on an object which lived over one minor collection. */
function remainsOf(kept: KeptOn<object, unknown>): number {
  collect();
  const before = oldBytes();
  for (let turn = 0; turn < TURNS; turn += 1) {
    let one: object | undefined = anObjectWith10KB(kept);
    collect({ type: 'minor' });
    assert.ok(one);
    one = undefined;
    collect({ type: 'minor' });
    collect({ type: 'minor' });
  }
  return (oldBytes() - before) / TURNS;
}

test('what was kept dies with its object, where that of a weak map grows old', () => {
  assert.ok(remainsOf(keptOn()) < 2_000);
  assert.ok(remainsOf(new WeakMap()) > 2_000, 'when this fails, a weak map does as well and is simpler');
});
