import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyPatch, decodePatch, encodePatch, makePatch, piecesOf, type Splice } from './patch.ts';

const source = Buffer.from('0123456789');
const splice = (start: number, end: number, insert = ''): Splice => ({
  start,
  end,
  insert: Buffer.from(insert),
});

const cases: readonly [string, readonly Splice[], string][] = [
  ['nothing', [], '0123456789'],
  ['an insertion in front', [splice(0, 0, 'ab')], 'ab0123456789'],
  ['an insertion at the end', [splice(10, 10, 'ab')], '0123456789ab'],
  ['a replacement', [splice(2, 4, 'ab')], '01ab456789'],
  ['a deletion', [splice(2, 4)], '01456789'],
  ['everything replaced', [splice(0, 10, 'x')], 'x'],
  ['neighbours', [splice(2, 4, 'a'), splice(4, 6, 'b')], '01ab6789'],
  ['splices out of order', [splice(8, 9, 'b'), splice(1, 2, 'a')], '0a234567b9'],
  ['insertions at one place', [splice(5, 5, 'a'), splice(5, 5, 'b'), splice(5, 5, 'c')], '01234abc56789'],
  ['an insertion where a replacement starts', [splice(5, 7, 'b'), splice(5, 5, 'a')], '01234ab789'],
];

for (const [what, splices, result] of cases) {
  test(`applies ${what}`, () => {
    const patch = makePatch(splices);
    assert.equal(applyPatch(source, patch).toString(), result);
    assert.equal(Buffer.concat(piecesOf(source, patch)).toString(), result);
    assert.deepEqual(decodePatch(encodePatch(patch)), patch, 'and survives storage');
  });
}

test('what no splice touches is not copied', () => {
  const pieces = piecesOf(source, makePatch([splice(3, 4, 'x')]));
  assert.equal(pieces.length, 3);
  assert.equal(pieces[0]?.byteOffset, source.byteOffset);
  assert.equal(pieces[2]?.byteOffset, source.byteOffset + 4);
});

const overlaps: readonly (readonly Splice[])[] = [
  [splice(1, 4), splice(3, 5)],
  [splice(1, 4), splice(2, 2, 'x')],
  [splice(1, 4, 'a'), splice(1, 4, 'b')],
  [splice(4, 1)],
];

for (const splices of overlaps) {
  test(`two stages that want the same bytes are a bug: ${JSON.stringify(splices.map(({ start, end }) => [start, end]))}`, () => {
    assert.throws(() => makePatch(splices), /Splices overlap/);
  });
}

test('a stored patch keeps offsets and inserts of every size', () => {
  const sizes = [0, 1, 127, 128, 129, 16_383, 16_384, 2_097_152, 2 ** 31, 2 ** 40];
  for (const size of sizes) {
    const patch = makePatch([
      splice(size, size + size, 'x'.repeat(Math.min(size, 20_000))),
      splice(3 * size, 3 * size, 'y'),
    ]);
    assert.deepEqual(decodePatch(encodePatch(patch)), patch);
  }
});

test('a stored patch takes a few bytes beside its inserts', () => {
  assert.equal(encodePatch(makePatch([splice(100, 120, 'abc')])).length, 3 + 3);
  assert.equal(encodePatch([]).length, 0);
});

test('bytes that are no stored patch are refused', () => {
  const whole = encodePatch(makePatch([splice(300, 700, 'abc')]));
  for (let length = 1; length < whole.length; length++) {
    assert.throws(() => decodePatch(whole.subarray(0, length)), /Not a stored patch/);
  }
  assert.throws(() => decodePatch(Buffer.alloc(20, 0xff)), /Not a stored patch/);
});
