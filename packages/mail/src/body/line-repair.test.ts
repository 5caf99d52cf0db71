import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCrlf } from './line-ends.ts';
import { LineRepair } from './line-repair.ts';

const inPieces = (text: string, size: number): string => {
  const repair = new LineRepair();
  const bytes = Buffer.from(text, 'latin1');
  const made: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) made.push(repair.push(bytes.subarray(at, at + size)));
  return Buffer.concat(made).toString('latin1');
};

const table: readonly (readonly [string, string])[] = [
  ['a\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\nb\r\n', 'a\r\nb\r\n'],
  ['a\rb\r\n', 'a\r\nb\r\n'],
  ['a\r\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\n\rb\r\n', 'a\r\nb\r\n'],
  ['a\r\rb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n\r\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n\r\r\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n\r\rb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\r\n\rb\r\n', 'a\r\n\r\nb\r\n'],
  ['\n\xe9\n\r\n', '\r\n\xe9\r\n\r\n'],
];
for (const [text, expected] of table) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(expected)} in pieces of any size`, () => {
    for (let size = 1; size <= text.length; size += 1) assert.equal(inPieces(text, size), expected);
  });
}

test('every text of four such letters is repaired the same in pieces of any size, and once is enough', () => {
  const letters = ['\r', '\n', 'a', '.'];
  for (let number = 0; number < letters.length ** 7; number += 1) {
    const chosen = Array.from({ length: 7 }, (_, place) => letters[Math.floor(number / 4 ** place) % 4]);
    const text = `${chosen.join('')}x\r\n`;
    const whole = inPieces(text, text.length);
    assert.doesNotMatch(whole, /\r(?!\n)|(?<!\r)\n/);
    assert.equal(whole.replace(/[\r\n]/g, ''), text.replace(/[\r\n]/g, ''));
    assert.equal(whole, withCrlf(text), 'the JSON door has the same rule');
    assert.equal(inPieces(text, 1), whole);
    assert.equal(inPieces(text, 3), whole);
    assert.equal(inPieces(whole, whole.length), whole);
  }
});

test('what has nothing to repair is not copied', () => {
  const piece = Buffer.from('a\r\nb\r\n');
  assert.equal(new LineRepair().push(piece), piece);
});

test('CRs without end are written as they come, not collected', () => {
  const repair = new LineRepair();
  const piece = Buffer.alloc(10_000, '\r');
  let written = 0;
  for (let pieces = 0; pieces < 10; pieces += 1) written += repair.push(piece).length;
  assert.ok(written > 2 * 98_000, `${written} bytes`);
  assert.equal(repair.push(Buffer.from('x')).length + written, 2 * 100_000 + 1);
});

test('a long row of CRs is repaired the same in pieces of any size', () => {
  const text = `a${'\r'.repeat(3_000)}\nb\r\n`;
  const whole = inPieces(text, text.length);
  for (const size of [1, 7, 1_023, 1_024, 1_025]) assert.equal(inPieces(text, size), whole);
});
