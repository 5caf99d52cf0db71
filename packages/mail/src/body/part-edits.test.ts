import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMimeTree } from '../mime-tree.ts';
import { applyPatch, makePatch } from '../patch.ts';
import { type PartEdit, splicesOf } from './part-edits.ts';
import { type PartText, readPartText } from './part-text.ts';

const message = (encoding: string, body: string, charset = 'utf-8'): Buffer =>
  Buffer.from(
    `Content-Type: text/html; charset=${charset}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`,
    'latin1',
  );

const textOf = (source: Buffer): PartText => {
  const text = readPartText(source, parseMimeTree(source));
  assert.ok(typeof text !== 'string', `unreadable: ${text}`);
  return text;
};

const decoded = (source: Buffer): Buffer => textOf(source).body.bytes;
const splicesIn = (source: Buffer, edits: readonly PartEdit[]) => splicesOf({ text: textOf(source), edits });

const bodyOf = (source: Buffer): string => {
  const { bodyStart, bodyEnd } = parseMimeTree(source);
  return source.toString('latin1', bodyStart, bodyEnd);
};

/** Makes the edits, and proves from the outside that exactly they were made. */
const edited = (source: Buffer, edits: readonly PartEdit[]): string => {
  const before = decoded(source).toString('latin1');
  const { splices, skipped } = splicesIn(source, edits);
  assert.deepEqual(skipped, []);
  const result = applyPatch(source, makePatch(splices));
  let expected = '';
  let at = 0;
  for (const { start, end, text } of edits) {
    expected += before.slice(at, start) + text;
    at = end;
  }
  assert.equal(decoded(result).toString('latin1'), expected + before.slice(at));
  return bodyOf(result);
};

/** An edit of the first place where `old` stands in the decoded body. */
const replacing = (source: Buffer, old: string, text: string): PartEdit => {
  const start = decoded(source).indexOf(old, 0, 'latin1');
  assert.notEqual(start, -1, `${old} is not in the body`);
  return { start, end: start + old.length, text };
};

const replaced = (source: Buffer, old: string, text: string): string =>
  edited(source, [replacing(source, old, text)]);

const LONG = `https://t.example/c/${'x'.repeat(120)}`;

const quotedPrintable: readonly [string, string, string, string, string][] = [
  [
    'a short edit stays on its line',
    '<a href=3D"http://a.test/">x</a>\r\n',
    'http://a.test/',
    'http://b.test/?c=1',
    '<a href=3D"http://b.test/?c=3D1">x</a>\r\n',
  ],
  [
    'a soft line break inside the span goes with it',
    'x http://a.te=\r\nst/ y\r\n',
    'http://a.test/',
    'http://b/',
    'x http://b/ y\r\n',
  ],
  [
    'an escape inside the span goes with it',
    'x http://a/?b=3Dc y\r\n',
    'http://a/?b=c',
    'http://b/',
    'x http://b/ y\r\n',
  ],
  [
    'lower-case escapes and bare equals signs around it stay',
    '=3d = =zz http://a/ =\r\n=c3=a4',
    'http://a/',
    'u',
    '=3d = =zz u =\r\n=c3=a4',
  ],
  [
    'white space added on the way stays behind an edit at the line end',
    'x http://a/  \t\r\ny',
    'http://a/',
    'u',
    'x u  \t\r\ny',
  ],
  ['lines may end in LF alone', 'x http://a/=\nb y\n', 'http://a/b', 'u', 'x u y\n'],
];

for (const [name, body, old, text, expected] of quotedPrintable) {
  test(`quoted-printable: ${name}`, () =>
    assert.equal(replaced(message('quoted-printable', body), old, text), expected));
}

test('quoted-printable: a long replacement is folded, and no line passes 76 characters', () => {
  const line = `${'a'.repeat(40)} http://a.test/ ${'b'.repeat(20)}`;
  const result = replaced(
    message('quoted-printable', `one\r\n${line}\r\ntwo\r\n`),
    'http://a.test/',
    LONG,
  ).split('\r\n');
  assert.deepEqual([result[0], result.at(-2)], ['one', 'two']);
  assert.ok(result.every((one) => one.length <= 76));
});

test('quoted-printable: an edit behind a full line takes the last byte along', () => {
  const full = `${'a'.repeat(73)}=C3`;
  const source = message('quoted-printable', `${full}\r\ny`);
  const result = edited(source, [{ start: 74, end: 74, text: 'u' }]);
  assert.equal(result, `${'a'.repeat(73)}=\r\n=C3u\r\ny`);
});

test('quoted-printable: several edits on one line share its room', () => {
  const source = message('quoted-printable', `${'a'.repeat(20)}1${'b'.repeat(30)}2${'c'.repeat(20)}\r\n`);
  const result = edited(source, [
    { start: 20, end: 21, text: 'x'.repeat(70) },
    { start: 51, end: 52, text: 'y'.repeat(70) },
  ]);
  assert.ok(result.split('\r\n').every((line) => line.length <= 76));
});

test('quoted-printable: a line that was too long already is not made longer', () => {
  const source = message('quoted-printable', `${'a'.repeat(200)} http://a.test/ ${'b'.repeat(200)}\r\n`);
  const widest = Math.max(
    ...replaced(source, 'http://a.test/', LONG)
      .split('\r\n')
      .map((line) => line.length),
  );
  assert.ok(widest <= 202, `${widest} characters`);
});

const base64 = (text: string, width: number, lineEnd = '\r\n'): string =>
  Buffer.from(text, 'latin1')
    .toString('base64')
    .replace(new RegExp(`.{${width}}(?=.)`, 'g'), `$&${lineEnd}`);

for (const width of [76, 60, 61, 4, 1]) {
  test(`base64: with lines of ${width}, bytes before the edit keep their characters and lines keep their length`, () => {
    const source = message(
      'base64',
      `${base64(`${'a'.repeat(100)}http://a.test/${'b'.repeat(100)}`, width)}\r\n`,
    );
    const before = bodyOf(source);
    const result = replaced(source, 'http://a.test/', LONG);
    const kept = 132 + 2 * Math.floor(131 / width);
    assert.equal(result.slice(0, kept), before.slice(0, kept));
    assert.ok(result.endsWith('\r\n'));
    assert.deepEqual(
      new Set(
        result
          .trimEnd()
          .split('\r\n')
          .slice(0, -1)
          .map((line) => line.length),
      ),
      new Set([width]),
    );
  });
}

test('base64: one endless line goes on in lines of 76', () => {
  const source = message('base64', base64(`${'a'.repeat(3000)}u${'b'.repeat(3000)}`, 1_000_000));
  const [first, ...rest] = edited(source, [{ start: 3000, end: 3001, text: 'v' }]).split('\r\n');
  assert.equal(first?.length, 4000);
  assert.ok(rest.every((line) => line.length <= 76));
});

test('base64: padding may be missing, and lines may end in LF', () => {
  assert.equal(
    replaced(
      Buffer.from('Content-Type: text/html\nContent-Transfer-Encoding: base64\n\nYWJj\nZA\n'),
      'bc',
      'xy',
    ),
    'YXh5\nZA==\n',
  );
});

const broken: readonly [string, string, string][] = [
  ['two base64 texts one after the other', 'base64', 'YQ==YQ=='],
  ['characters that are not base64', 'base64', 'YQ==\r\n!'],
  ['a base64 text that lacks bytes', 'base64', 'YWJjZ'],
  ['an unknown encoding', 'x-uuencode', 'x'],
];

for (const [name, encoding, body] of broken) {
  test(`does not read ${name}, and gives the reason`, () => {
    const source = message(encoding, body);
    const expected = encoding === 'base64' ? 'undecodable' : 'unknown_encoding';
    assert.equal(readPartText(source, parseMimeTree(source)), expected);
  });
}

test('does not read an unsafe charset, an empty body or a body over 10 MiB, and gives the reason', () => {
  const reasons = [
    message('7bit', 'x', 'utf-7'),
    message('7bit', ''),
    message('7bit', 'x'.repeat(10 * 1024 * 1024 + 1)),
  ].map((source) => readPartText(source, parseMimeTree(source)));
  assert.deepEqual(reasons, ['unsafe_charset', 'empty', 'too_large']);
});

test('writes ASCII in the bytes of UTF-16', () => {
  const text = Buffer.from('<a href="u">ä</a>', 'utf16le');
  const source = message('base64', text.toString('base64'), 'utf-16le');
  const [start, end] = [2 * 9, 2 * 10];
  const { splices } = splicesIn(source, [{ start, end, text: 'vw' }]);
  const result = applyPatch(source, makePatch(splices));
  assert.equal(decoded(result).toString('utf16le'), '<a href="vw">ä</a>');
});

test('8bit: a line within 998 bytes takes edits as they are', () => {
  assert.equal(replaced(message('8bit', 'x http://a/ \xe4\r\ny'), 'http://a/', 'u'), 'x u \xe4\r\ny');
});

/** A line of 980 bytes with a link in the middle. */
const fullLine = `${'a'.repeat(480)}<a href="u">${'b'.repeat(480)}\r\n`;
const url: PartEdit = { start: 489, end: 490, text: LONG, breaks: { before: 482, after: 491 } };

test('7bit: a line that would pass 998 bytes is broken inside the tag, and nowhere else', () => {
  const { splices, skipped } = splicesIn(message('7bit', fullLine), [url]);
  const result = bodyOf(applyPatch(message('7bit', fullLine), makePatch(splices)));
  assert.deepEqual(skipped, []);
  assert.equal(result.replace(/\r\n(?=.)/g, ''), fullLine.replace('"u"', `"${LONG}"`));
  assert.ok(result.split('\r\n').every((line) => line.length <= 998));
});

test('7bit: an edit that fits on no line is left out, and the others are made', () => {
  const huge: PartEdit = { ...url, text: 'x'.repeat(2000) };
  const first: PartEdit = { start: 0, end: 1, text: 'A' };
  const source = message('7bit', fullLine);
  const { splices, skipped } = splicesIn(source, [huge, first]);
  assert.deepEqual(skipped, [{ edit: huge, reason: 'line_too_long' }]);
  assert.equal(bodyOf(applyPatch(source, makePatch(splices))), `A${fullLine.slice(1)}`);
});

test('7bit: where no break is allowed the link stays', () => {
  const source = message('7bit', fullLine);
  const { breaks: _, ...unbreakable } = url;
  assert.deepEqual(
    splicesIn(source, [unbreakable]).skipped.map(({ reason }) => reason),
    ['line_too_long'],
  );
});

test('7bit: a line that was too long before takes its edits', () => {
  const source = message('7bit', `${'a'.repeat(2000)}u${'b'.repeat(2000)}`);
  assert.equal(edited(source, [{ start: 2000, end: 2001, text: LONG }]).length, 4000 + LONG.length);
});

test('edits may come in any order, and insertions at one place keep theirs', () => {
  const source = message('quoted-printable', 'abc');
  const edits: PartEdit[] = [
    { start: 2, end: 2, text: '1' },
    { start: 0, end: 1, text: 'A' },
    { start: 2, end: 2, text: '2' },
  ];
  const { splices } = splicesIn(source, edits);
  assert.equal(bodyOf(applyPatch(source, makePatch(splices))), 'Ab12c');
});

test('edits that overlap are a bug of the caller', () => {
  const source = message('7bit', 'abcdef');
  const overlapping = [
    { start: 0, end: 3, text: 'x' },
    { start: 2, end: 4, text: 'y' },
  ];
  assert.throws(() => splicesIn(source, overlapping), /overlap/);
});
