import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dataBytes } from './data-bytes.ts';

const connection = (...pieces: readonly string[]): string => {
  const { chunks, end } = dataBytes(pieces.map((piece) => Buffer.from(piece, 'latin1')));
  return Buffer.concat([...chunks, end]).toString('latin1');
};

const stuffing: readonly (readonly [string, readonly string[], string])[] = [
  ['a plain line', ['a\r\n'], 'a\r\n.\r\n'],
  ['a line without its end', ['a'], 'a\r\n.\r\n'],
  ['nothing at all', [], '.\r\n'],
  ['a dot alone on the first line', ['.\r\n'], '..\r\n.\r\n'],
  ['a dot alone in the middle', ['a\r\n.\r\nb\r\n'], 'a\r\n..\r\nb\r\n.\r\n'],
  ['two dots', ['a\r\n..\r\n'], 'a\r\n...\r\n.\r\n'],
  ['a dot that begins a word', ['a\r\n.b\r\n'], 'a\r\n..b\r\n.\r\n'],
  ['a dot inside a line', ['a.b\r\nc.\r\n'], 'a.b\r\nc.\r\n.\r\n'],
  ['a dot as the last byte', ['a\r\n.'], 'a\r\n..\r\n.\r\n'],
  ['a dot at the beginning of a piece that begins a line', ['a\r\n', '.b\r\n'], 'a\r\n..b\r\n.\r\n'],
  ['a dot at the beginning of a piece inside a line', ['a', '.b\r\n'], 'a.b\r\n.\r\n'],
  ['a line end cut in two', ['a\r', '\n.b\r\n'], 'a\r\n..b\r\n.\r\n'],
  ['empty pieces', ['', 'a\r\n', '', '.', ''], 'a\r\n..\r\n.\r\n'],
  ['bytes beyond ASCII', ['\xe9\r\n.\xff\r\n'], '\xe9\r\n..\xff\r\n.\r\n'],
  ['a line of 5,000 bytes', ['x'.repeat(5_000)], `${'x'.repeat(5_000)}\r\n.\r\n`],
];

for (const [what, pieces, expected] of stuffing)
  test(`${what} goes out with its dots doubled and nothing else changed`, () => {
    assert.equal(connection(...pieces), expected);
  });

const lone: readonly (readonly [string, readonly string[], boolean])[] = [
  ['CRLF only', ['a\r\nb\r\n'], false],
  ['a bare LF', ['a\nb\r\n'], true],
  ['a bare CR', ['a\rb\r\n'], true],
  ['LF CR', ['a\n\rb'], true],
  ['CR CR LF', ['a\r\r\n'], true],
  ['LF as the first byte', ['\na\r\n'], true],
  ['CR as the last byte', ['a\r'], true],
  ['CRLF cut in two', ['a\r', '\nb\r\n'], false],
  ['CR and LF with an byte between', ['a\r', 'x\nb'], true],
];

for (const [what, pieces, expected] of lone)
  test(`${what} ${expected ? 'is' : 'is not'} a line break that stands alone`, () => {
    assert.equal(dataBytes(pieces.map((piece) => Buffer.from(piece))).bareLineBreak, expected);
  });

test('size counts the message, not the stuffing', () => {
  assert.equal(dataBytes([Buffer.from('.\r\n'), Buffer.from('.a')]).size, 5);
});

test('one byte beyond ASCII makes it 8-bit', () => {
  assert.equal(dataBytes([Buffer.from('a\r\n'), Buffer.from([0xe9])]).eightBit, true);
  assert.equal(dataBytes([Buffer.from('a\r\n')]).eightBit, false);
});
