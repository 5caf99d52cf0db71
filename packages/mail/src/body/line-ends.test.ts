import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withCrlf } from './line-ends.ts';

const lines: readonly (readonly [string, string, string])[] = [
  ['CRLF stays', 'a\r\nb\r\n', 'a\r\nb\r\n'],
  ['LF', 'a\nb\n\nc', 'a\r\nb\r\n\r\nc'],
  ['CR', 'a\rb\r\rc', 'a\r\nb\r\n\r\nc'],
  ['CRCRLF is one line end', 'a\r\r\nb\r\r\r\nc', 'a\r\nb\r\nc'],
  ['LFCR is one line end', 'a\n\rb\n\rc', 'a\r\nb\r\nc'],
  ['LF before CRLF is two line ends', 'a\n\r\nb', 'a\r\n\r\nb'],
  ['a mixture', '\ra\n\r\n\rb\r\n\nc\r', '\r\na\r\n\r\n\r\nb\r\n\r\nc\r\n'],
  ['none', '', ''],
];

for (const [what, given, expected] of lines)
  test(`line ends become CRLF: ${what}`, () => {
    assert.equal(withCrlf(given), expected);
    assert.equal(withCrlf(expected), expected, 'a second time changes nothing');
  });

test('each of a megabyte of lone CRs becomes CRLF', () => {
  assert.equal(withCrlf('\r'.repeat(1_000_000)).length, 2_000_000);
});
