import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byteAt, encodeAscii, type ScanView, scanView, takesAscii, unicodeOf } from './charset.ts';

const viewOf = (bytes: Buffer, charset: string | undefined): ScanView => {
  const view = scanView(bytes, charset);
  assert.ok(view, `${charset} has no view`);
  return view;
};

/** The bytes at which a text is found in the view. */
const found = (view: ScanView, text: string): Buffer => {
  const at = view.text.indexOf(text);
  assert.notEqual(at, -1, `${text} is not in the view`);
  return view.bytes.subarray(byteAt(view, at), byteAt(view, at + text.length));
};

const bigEndian = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const readable: readonly [string | undefined, Buffer, string][] = [
  ['utf-8', Buffer.from('ä<a>ü</a>'), 'ä<a>ü</a>'],
  [undefined, Buffer.from('ä<a>'), 'ä<a>'],
  ['us-ascii', Buffer.from('<a>'), '<a>'],
  ['ISO-8859-1', Buffer.from('\xe4<a>', 'latin1'), 'ä<a>'],
  ['windows-1251', Buffer.from('\xef<a>', 'latin1'), 'п<a>'],
  ['koi8-r', Buffer.from('\xd0<a>', 'latin1'), 'п<a>'],
  ['shift_jis', Buffer.from('\x82\xa0<a>', 'latin1'), 'あ<a>'],
  ['euc-jp', Buffer.from('\xa4\xa2<a>', 'latin1'), 'あ<a>'],
  ['gb2312', Buffer.from('\xc4\xe3<a>', 'latin1'), '你<a>'],
  ['cp936', Buffer.from('\xc4\xe3<a>', 'latin1'), '你<a>'],
  ['big5', Buffer.from('\xa7\x41<a>', 'latin1'), '你<a>'],
  ['ks_c_5601-1987', Buffer.from('\xb0\xa1<a>', 'latin1'), '가<a>'],
  ['iso-2022-jp', Buffer.from('\x1b$B$"\x1b(B<a>', 'latin1'), 'あ<a>'],
  ['utf-16le', Buffer.from('ä<a>', 'utf16le'), 'ä<a>'],
  ['utf-16be', bigEndian('ä<a>'), 'ä<a>'],
  ['utf-16', bigEndian('\ufeffä<a>'), 'ä<a>'],
  ['utf-16', Buffer.from('\ufeffä<a>', 'utf16le'), 'ä<a>'],
  ['utf-16', bigEndian('<a>'), '<a>'],
  ['utf-16', Buffer.from('<a>', 'utf16le'), '<a>'],
];

for (const [charset, bytes, text] of readable) {
  test(`${charset} bytes ${bytes.toString('hex')} hold a tag where they seem to`, () => {
    const view = viewOf(bytes, charset);
    assert.deepEqual(found(view, '<a>'), encodeAscii(view, '<a>'));
    assert.equal(unicodeOf(view, 0, view.text.length), text);
  });
}

for (const charset of ['utf-7', 'hz-gb-2312', 'cp037', 'x-unknown', 'unknown-8bit', 'x'.repeat(5000)]) {
  test(`${charset.slice(0, 20)} is not searched, since its ASCII cannot be trusted`, () => {
    assert.equal(scanView(Buffer.from('<a>'), charset), undefined);
  });
}

test('a two-byte character that looks like a tag is masked in ISO-2022-JP', () => {
  const view = viewOf(Buffer.from('<b>\x1b$B<a>!\x1b(B<i>', 'latin1'), 'iso-2022-jp');
  assert.equal(view.text.includes('<a>'), false);
  assert.deepEqual([view.text.indexOf('<b>'), view.text.length], [0, view.bytes.length]);
  assert.ok(view.text.includes('<i>'));
});

test('escapes are obeyed in a text that names no charset', () => {
  const view = viewOf(Buffer.from('\x1b$B<a>!\x1b(B<i>', 'latin1'), undefined);
  assert.deepEqual([view.text.includes('<a>'), view.text.includes('<i>')], [false, true]);
});

test('a charset in single quotes is still that charset', () => {
  assert.equal(viewOf(Buffer.from('x'), "'UTF-8'").charset, 'utf-8');
});

test('what stands between SO and SI is masked in ISO-2022-KR', () => {
  const view = viewOf(Buffer.from('\x1b$)C<b>\x0e<a>\x0f<i>', 'latin1'), 'iso-2022-kr');
  assert.deepEqual(
    ['<a>', '<b>', '<i>'].map((tag) => view.text.includes(tag)),
    [false, true, true],
  );
});

test('ASCII is not put behind a shift that never ends', () => {
  const open = viewOf(Buffer.from('a\x1b$B$"', 'latin1'), 'iso-2022-jp');
  assert.deepEqual([takesAscii(open, 1), takesAscii(open, open.text.length)], [true, false]);
  const closed = viewOf(Buffer.from('a\x1b$B$"\x1b(B', 'latin1'), 'iso-2022-jp');
  assert.equal(takesAscii(closed, closed.text.length), true);
});

test('bytes that are not valid in their charset have no Unicode text', () => {
  assert.equal(unicodeOf(viewOf(Buffer.from('\xff', 'latin1'), 'utf-8'), 0, 1), undefined);
  assert.equal(unicodeOf(viewOf(Buffer.from('\xe4', 'latin1'), 'us-ascii'), 0, 1), undefined);
  assert.equal(unicodeOf(viewOf(Buffer.from('\xe4', 'latin1'), 'cp437'), 0, 1), undefined);
  assert.equal(unicodeOf(viewOf(Buffer.from('a'), 'cp437'), 0, 1), 'a');
});
