import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotAReply, replyReader } from './reply-reader.ts';

const read = (...reads: readonly string[]): readonly string[] => {
  const reader = replyReader();
  return reads.flatMap((text) => reader.feed(Buffer.from(text))).map((reply) => reply.verbatim);
};

const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['one line', ['250 ok\r\n'], ['250 ok']],
  ['a code alone', ['250\r\n'], ['250']],
  ['a bare LF as line end', ['250 ok\n'], ['250 ok']],
  ['several lines', ['250-a\r\n250-b\r\n250 c\r\n'], ['250-a\n250-b\n250 c']],
  ['two replies in one read', ['250 a\r\n354 b\r\n'], ['250 a', '354 b']],
  ['a reply byte by byte', [...'250-a\r\n250 b\r\n'], ['250-a\n250 b']],
  ['a line end cut in two', ['250 a\r', '\n'], ['250 a']],
  ['the first half of a reply', ['250-a\r\n'], []],
  ['lines that disagree: the last counts', ['250-a\r\n550 b\r\n'], ['250-a\n550 b']],
  ['UTF-8 text', ['550 Empfänger unbekannt\r\n'], ['550 Empfänger unbekannt']],
  ['an 8 kB banner', [`220 ${'x'.repeat(8_192)}\r\n`], [`220 ${'x'.repeat(8_192)}`]],
];

for (const [what, reads, expected] of cases)
  test(`${what} is read`, () => assert.deepEqual(read(...reads), expected));

for (const garbage of [
  'hello\r\n',
  'HTTP/1.1 400 Bad Request\r\n',
  '25\r\n',
  '2500 x\r\n',
  '150 x\r\n',
  '\r\n',
  '\0\0\0\n',
])
  test(`${JSON.stringify(garbage)} is no reply`, () => assert.throws(() => read(garbage), NotAReply));

test('a reply without end is cut off', () => {
  assert.throws(() => read('250 ', 'x'.repeat(70_000)), NotAReply);
  assert.throws(() => read('250-x\r\n'.repeat(20_000)), NotAReply);
});
