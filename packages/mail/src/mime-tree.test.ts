import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MimePart, parseMimeTree } from './mime-tree.ts';

const lines = (...all: readonly string[]): Buffer => Buffer.from(all.join('\r\n'), 'latin1');

const body = (source: Buffer, part: MimePart | undefined): string =>
  part ? source.toString('latin1', part.bodyStart, part.bodyEnd) : '(no such part)';

const leaves = (part: MimePart): readonly MimePart[] =>
  part.children.length === 0 ? [part] : part.children.flatMap(leaves);

const bodies = (source: Buffer): readonly string[] =>
  leaves(parseMimeTree(source)).map((part) => body(source, part));

const mixed = (...rest: readonly string[]): Buffer =>
  lines('Content-Type: multipart/mixed; boundary=b', '', ...rest);

test('a message without MIME fields is one plain text part', () => {
  const source = lines('Subject: x', '', 'hello', '');
  const tree = parseMimeTree(source);
  assert.deepEqual(
    [tree.path, tree.contentType, tree.encoding, tree.disposition],
    ['1', 'text/plain', '7bit', undefined],
  );
  assert.equal(body(source, tree), 'hello\r\n');
});

test('reads type, parameters, disposition and encoding of each part', () => {
  const source = mixed(
    '--b',
    'Content-Type: text/HTML; charset="UTF-8"',
    'Content-Transfer-Encoding: Quoted-Printable',
    '',
    'x',
    '--b',
    'Content-Type: application/pdf; name=a.pdf',
    'Content-Disposition: ATTACHMENT; filename="b.pdf"',
    'Content-Transfer-Encoding: base64',
    '',
    'eA==',
    '--b--',
  );
  const [html, file] = parseMimeTree(source).children;
  assert.deepEqual(
    [html?.path, html?.contentType, html?.params.get('charset'), html?.encoding],
    ['1.1', 'text/html', 'UTF-8', 'quoted-printable'],
  );
  assert.deepEqual(
    [file?.path, file?.disposition, file?.filename, file?.encoding],
    ['1.2', 'attachment', 'b.pdf', 'base64'],
  );
  assert.equal(
    source.toString('latin1', html?.headerStart, html?.bodyStart).split('\r\n')[0],
    'Content-Type: text/HTML; charset="UTF-8"',
  );
});

const boundaries: readonly [string, Buffer, readonly string[]][] = [
  [
    'the line end before a delimiter belongs to it',
    mixed('--b', '', 'one', '', '--b', '', 'two', '--b--', ''),
    ['one\r\n', 'two'],
  ],
  ['white space may follow a delimiter', mixed('--b  \t', '', 'one', '--b-- ', 'epilogue'), ['one']],
  [
    'preamble and epilogue are no parts',
    mixed('preamble', '--b', '', 'one', '--b--', 'epilogue', '--b', '', 'not a part'),
    ['one'],
  ],
  ['the close delimiter may be missing', mixed('--b', '', 'one', '--b', '', 'two'), ['one', 'two']],
  ['a part may be empty', mixed('--b', '--b', '', '--b', '', '', '--b--'), ['', '', '']],
  [
    'a part may lack the empty line',
    mixed('--b', 'Content-Type: text/html', '--b', '', 'two', '--b--'),
    ['', 'two'],
  ],
  ['a header that is none begins the body', mixed('--b', 'no field here', '--b--'), ['no field here']],
  [
    'lines may end in LF alone',
    Buffer.from('Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n--b--\n'),
    ['one'],
  ],
  [
    'a boundary in the middle of a line is text',
    mixed('--b', '', 'a --b', '-- b', '--bb', '--b--'),
    ['a --b\r\n-- b\r\n--bb'],
  ],
  ['a long line of dashes is text', mixed('--b', '', '-'.repeat(5000), '--b--'), ['-'.repeat(5000)]],
  [
    'without a boundary there is nothing to split',
    lines('Content-Type: multipart/mixed', '', '--', 'x'),
    ['--\r\nx'],
  ],
];

for (const [name, source, expected] of boundaries) {
  test(name, () => assert.deepEqual(bodies(source), expected));
}

const nested = (outer: string, inner: string): Buffer =>
  lines(
    `Content-Type: multipart/mixed; boundary="${outer}"`,
    '',
    `--${outer}`,
    `Content-Type: multipart/alternative; boundary="${inner}"`,
    '',
    `--${inner}`,
    '',
    'one',
    `--${inner}`,
    '',
    'two',
    `--${inner}--`,
    '',
    `--${outer}`,
    '',
    'three',
    `--${outer}--`,
  );

for (const [outer, inner] of [
  ['b', 'bb'],
  ['bb', 'b'],
  ['b', 'b--x'],
  ['x', 'x=1'],
  ['=_a', '=_a.b'],
] as const) {
  test(`tells boundary ${inner} inside ${outer} apart`, () => {
    assert.deepEqual(bodies(nested(outer, inner)), ['one', 'two', 'three']);
  });
}

test('a delimiter that could pass for a header field is a delimiter', () => {
  const source = lines(
    'Content-Type: multipart/mixed; boundary=":b"',
    '',
    '--:b',
    'Content-Type: text/html',
    '--:b',
    '',
    'two',
    '--:b--',
  );
  assert.deepEqual(bodies(source), ['', 'two']);
});

test('a delimiter of the outer multipart ends the inner one that was never closed', () => {
  const source = lines(
    'Content-Type: multipart/mixed; boundary=o',
    '',
    '--o',
    'Content-Type: multipart/alternative; boundary=i',
    '',
    '--i',
    '',
    'one',
    '--o',
    '',
    'two',
    '--i',
    'still two',
    '--o--',
  );
  assert.deepEqual(bodies(source), ['one', 'two\r\n--i\r\nstill two']);
});

test('a part of a digest is a message unless it says otherwise', () => {
  const source = lines(
    'Content-Type: multipart/digest; boundary=b',
    '',
    '--b',
    '',
    'Subject: x',
    '',
    '--b--',
  );
  assert.equal(parseMimeTree(source).children[0]?.contentType, 'message/rfc822');
});

test('an attached message is not looked into', () => {
  const source = mixed(
    '--b',
    'Content-Type: message/rfc822',
    '',
    'Content-Type: multipart/mixed; boundary=c',
    '',
    '--c',
    '',
    'x',
    '--c--',
    '--b--',
  );
  assert.deepEqual(
    parseMimeTree(source).children.map((part) => part.children.length),
    [0],
  );
});

const encodings: readonly [string, string | undefined][] = [
  ['', '7bit'],
  ['Content-Transfer-Encoding: BASE64 (really)\r\n', 'base64'],
  ['Content-Transfer-Encoding: x-uuencode\r\n', undefined],
  ['Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: base64\r\n', 'base64'],
  ['Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n', undefined],
];

for (const [header, expected] of encodings) {
  test(`the encoding of ${JSON.stringify(header)} is ${expected}`, () => {
    assert.equal(parseMimeTree(Buffer.from(`${header}\r\nx`)).encoding, expected);
  });
}

test('2,000 nested levels become one opaque leaf behind the limit', () => {
  const levels = Array.from(
    { length: 2000 },
    (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`,
  );
  const tree = parseMimeTree(Buffer.from(`${levels.join('')}\r\nx`), { maxDepth: 10 });
  const [leaf] = leaves(tree);
  assert.equal(leaf?.path.split('.').length, 11);
  assert.deepEqual([tree.truncated, leaf?.truncated], [true, true]);
});

test('20,000 parts become one opaque leaf behind the limit, with the source to its end', () => {
  const source = mixed(...Array.from({ length: 20_000 }, () => '--b\r\n\r\nx'), '--b--');
  const { children, truncated } = parseMimeTree(source, { maxParts: 100 });
  assert.deepEqual([children.length, truncated], [100, true]);
  const last = children.at(-1);
  assert.deepEqual(
    [last?.contentType, last?.truncated, last?.bodyEnd],
    ['application/octet-stream', true, source.length],
  );
});

test('an ordinary message is not truncated', () => {
  assert.equal(parseMimeTree(mixed('--b', '', 'x', '--b--')).truncated, false);
});
