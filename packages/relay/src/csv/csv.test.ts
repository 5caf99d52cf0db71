import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCsv } from './read-csv.ts';
import { csvLine } from './write-csv.ts';

const rows = (text: string) => [...readCsv(text)].map(({ line, cells }) => [line, ...cells]);

test('a cell that a spreadsheet would run as a formula is written as text', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\tx', '=HYPERLINK("http://evil.example")'])
    assert.match(csvLine([text]), /^"'/);
  assert.equal(csvLine([-1, 'plain']), '-1,plain\r\n');
});

test('separators, quotes and line ends in a cell are quoted', () => {
  assert.equal(csvLine(['a,b', 'say "hi"', 'two\nlines']), '"a,b","say ""hi""","two\nlines"\r\n');
});

test('nothing is an empty cell, a list is joined and an object is JSON', () => {
  assert.equal(csvLine([null, undefined, ['a', 'b'], { x: 1 }]), ',,"a, b","{""x"":1}"\r\n');
});

test('what is written is read back', () => {
  const cells = ['a,b', 'say "hi"', 'two\r\nlines', '', 'ü'];
  assert.deepEqual(rows(csvLine(cells) + csvLine(['x'])), [
    [1, ...cells],
    [3, 'x'],
  ]);
});

test('every kind of line end and separator is read, a byte order mark and empty lines are not', () => {
  assert.deepEqual(rows('\ufeffa;b\r\n\r\nc;d\re;f\n'), [
    [1, 'a', 'b'],
    [3, 'c', 'd'],
    [4, 'e', 'f'],
  ]);
  assert.deepEqual(rows('a\tb\n'), [[1, 'a', 'b']]);
  assert.deepEqual(rows('a;b,c\n'), [[1, 'a;b', 'c']]);
});

test('a quote that is never closed and text behind a quote end no loop', () => {
  assert.deepEqual(rows('"open\nx,y').length > 0, true);
  assert.deepEqual(rows('"a"b,c\n'), [[1, 'a', 'c']]);
});
