import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DataReader } from './data-reader.ts';

type Rules = ConstructorParameters<typeof DataReader>[0];

/** Feeds the text in pieces of one size. Returns the message and the bytes after it. */
function read(text: string, pieceSize = text.length, rules: number | Rules = 1_000_000) {
  const reader = new DataReader(
    typeof rules === 'number' ? { maxBytes: rules, bareLineEndings: 'refuse' } : rules,
  );
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += pieceSize) {
    // A copy, because the reader may overwrite a chunk.
    const rest = reader.feed(Buffer.from(bytes.subarray(at, at + pieceSize)));
    if (rest === undefined) continue;
    const left = rest.toString('latin1') + bytes.subarray(at + pieceSize).toString('latin1');
    return { ...reader.received(), left };
  }
  return undefined;
}

const table: readonly (readonly [sent: string, kept: string, left: string])[] = [
  ['.\r\n', '', ''],
  ['a\r\n.\r\n', 'a\r\n', ''],
  ['a\r\n.\r\nQUIT\r\n', 'a\r\n', 'QUIT\r\n'],
  ['..\r\n.\r\n', '.\r\n', ''],
  ['..a\r\n..b\r\n.\r\n', '.a\r\n.b\r\n', ''],
  ['.a\r\n.\r\n', 'a\r\n', ''],
  ['a.\r\nb..c\r\n.\r\n', 'a.\r\nb..c\r\n', ''],
  ['\r\n\r\n.\r\n', '\r\n\r\n', ''],
  ['\x80\xff\t\x01\r\n.\r\n.\r\n', '\x80\xff\t\x01\r\n', '.\r\n'],
];

for (const [sent, kept, left] of table) {
  test(`${JSON.stringify(sent)} is ${JSON.stringify(kept)} in pieces of any size`, () => {
    for (let size = 1; size <= sent.length; size += 1) {
      const received = read(sent, size);
      assert.equal(received?.bytes?.toString('latin1'), kept);
      assert.equal(received?.left, left);
      assert.equal(received?.size, kept.length);
    }
  });
}

const spoilt = [
  'a\nb\r\n',
  'a\rb\r\n',
  'a\0\r\n',
  '\n',
  'a\r\r\n',
  '\n.\r\n',
  '\r\n.\n',
  '\r\n.\ra',
  '.\n',
  '.\r.\r\n',
  '\r.\r\n',
];

for (const line of spoilt) {
  test(`${JSON.stringify(line)} makes a message invalid and ends none`, () => {
    const sent = `x${line}y\r\n.\r\n`;
    for (let size = 1; size <= sent.length; size += 1) {
      const received = read(sent, size);
      assert.equal(received?.hasBareLineEnding, true);
      assert.equal(received?.bytes, undefined);
      assert.equal(received?.left, '');
    }
  });
}

test('a message without its end is not complete', () => {
  for (const text of ['', 'a', 'a\r\n', 'a\r\n.', 'a\r\n.\r', '\n.\n', 'a.\r\n', 'a\r\n..\r\n'])
    assert.equal(read(text, 1), undefined);
});

test('a message above the limit is not stored, and its end is still found', () => {
  const received = read(`${'x'.repeat(100)}\r\n.\r\nNOOP\r\n`, 7, 50);
  assert.equal(received?.isTooLarge, true);
  assert.equal(received?.bytes, undefined);
  assert.equal(received?.size, 102);
  assert.equal(received?.left, 'NOOP\r\n');
});

test('a message of exactly the limit is allowed, and stuffed dots do not count', () => {
  assert.equal(read('..345\r\n.\r\n', 1, 6)?.isTooLarge, false);
  assert.equal(read('..3456\r\n.\r\n', 1, 6)?.isTooLarge, true);
});

test('a long message is read unchanged, in pieces of any size', () => {
  const line = (index: number): string =>
    `${index % 7 === 0 ? '.' : ''}${'abcdefghij'.repeat(index % 100)}\r\n`;
  const lines = Array.from({ length: 3_000 }, (_, index) => line(index));
  const sent = `${lines.map((one) => (one.startsWith('.') ? `.${one}` : one)).join('')}.\r\n`;
  for (const size of [3, 1_000, 4_096, 65_536, sent.length]) {
    assert.equal(read(sent, size, 10_000_000)?.bytes?.toString(), lines.join(''));
  }
});

const repair = (maxBytes = 1_000_000): Rules => ({ maxBytes, bareLineEndings: 'repair' });

const repaired: readonly (readonly [sent: string, kept: string])[] = [
  ['a\nb\r\n', 'a\r\nb\r\n'],
  ['a\rb\r\n', 'a\r\nb\r\n'],
  ['a\r\r\nb\r\n', 'a\r\nb\r\n'],
  ['a\n\rb\r\n', 'a\r\nb\r\n'],
  ['a\n\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n.\nb\r\n', 'a\r\n.\r\nb\r\n'],
  ['a\n.\r\nb\r\n', 'a\r\n.\r\nb\r\n'],
  ['a\r\n.\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\r.\r\nb\r\n', 'a\r\n.\r\nb\r\n'],
  ['a\n..b\r\n', 'a\r\n..b\r\n'],
  ['a\r\n.\rb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\r\n.\r\r\nb\r\n', 'a\r\n\r\nb\r\n'],
  ['a\n\r\n..b\r\n', 'a\r\n\r\n.b\r\n'],
];
for (const [sent, kept] of repaired) {
  test(`${JSON.stringify(sent)} is repaired, in pieces of any size, and only CRLF.CRLF ends it`, () => {
    const whole = `${sent}.\r\nNOOP\r\n`;
    for (let size = 1; size <= whole.length; size += 1) {
      const received = read(whole, size, repair());
      assert.equal(received?.bytes?.toString('latin1'), kept);
      assert.equal(received?.isRepaired, true);
      assert.equal(received?.left, 'NOOP\r\n');
    }
  });
}

test('a message without bare line endings is not marked as repaired', () => {
  const received = read('a\r\n.\r\n', 1, repair());
  assert.deepEqual([received?.bytes?.toString(), received?.isRepaired], ['a\r\n', false]);
});

test('a NUL is refused also where line endings are repaired', () => {
  for (const sent of ['a\0\r\n', 'a\n\0b\r\n']) {
    assert.equal(read(`${sent}.\r\n`, 1, repair())?.bytes, undefined);
  }
});

test('a message that the repair makes larger than the limit is too large', () => {
  assert.equal(read('\n\n\r\n.\r\n', 1, repair(6))?.isTooLarge, false);
  const received = read('\n\n\r\n.\r\n', 1, repair(5));
  assert.deepEqual([received?.isTooLarge, received?.bytes], [true, undefined]);
});

test('each of a megabyte of bare CRs is repaired', () => {
  const received = read(`a${'\r'.repeat(1_000_000)}b\r\n.\r\n`, 65_536, repair(10_000_000));
  assert.equal(received?.bytes?.length, 2_000_004);
});
