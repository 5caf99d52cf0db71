import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineDifference, withGaps } from './line-difference.ts';

const shown = (before: string, after: string): string =>
  (lineDifference(before, after) ?? [])
    .map(({ kind, text }) => `${kind === 'same' ? ' ' : kind === 'added' ? '+' : '-'}${text}`)
    .join('|');

for (const [what, before, after, expected] of [
  ['nothing', 'a\r\nb', 'a\nb', ' a| b'],
  [
    'an added header',
    'From: a\n\nhi',
    'DKIM-Signature: x\nFrom: a\n\nhi',
    '+DKIM-Signature: x| From: a| | hi',
  ],
  ['a removed header', 'Bcc: b\nFrom: a', 'From: a', '-Bcc: b| From: a'],
  ['a rewritten link', 'x\n<a 1>\ny', 'x\n<a 2>\ny', ' x|-<a 1>|+<a 2>| y'],
  ['two changes', 'a\nb\nc\nd', 'a\nB\nc\nD', ' a|-b|+B| c|-d|+D'],
] as const)
  test(`the difference shows ${what}`, () => assert.equal(shown(before, after), expected));

test('two texts without a common line that are too large are not compared', () => {
  const many = (word: string): string =>
    Array.from({ length: 3000 }, (_, index) => `${word}${index}`).join('\n');
  assert.equal(lineDifference(many('a'), many('b')), undefined);
  assert.equal(lineDifference(many('a'), many('a'))?.length, 3000);
});

test('far from a change, lines become a gap', () => {
  const before = Array.from({ length: 20 }, (_, index) => String(index)).join('\n');
  const parts = withGaps(lineDifference(before, `${before}\nlast`) ?? []);
  assert.deepEqual(
    parts.map((part) => (part.kind === 'gap' ? part.count : part.lines.length)),
    [17, 4],
  );
});
