import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceComments, withoutComments } from './comments.ts';

const values: readonly (readonly [string, string | undefined])[] = [
  ['a', 'a'],
  ['a (b) c', 'a   c'],
  ['a (b (c) d) e', 'a   e'],
  ['a (b \\) c) d', 'a   d'],
  ['"(no comment)" (b)', '"(no comment)"  '],
  ['"a \\" (x" (b)', '"a \\" (x"  '],
  ['a (b', undefined],
  ['a (b (c)', undefined],
];
for (const [value, expected] of values) {
  test(`${value} without comments is ${expected ?? 'not known'}`, () =>
    assert.equal(withoutComments(value), expected));
}

test('each comment is replaced where it stands', () => {
  assert.equal(
    replaceComments('a (b) c (d(e)) f', (comment) => comment.toUpperCase()),
    'a (B) c (D(E)) f',
  );
});
