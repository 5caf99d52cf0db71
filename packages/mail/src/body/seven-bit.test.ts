import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { test } from 'node:test';
import { makeField } from '../headers.ts';
import { type MimePart, parseMimeTree } from '../mime-tree.ts';
import { applyPatch, makePatch, type Splice } from '../patch.ts';
import { type SevenBitBody, toSevenBit } from './seven-bit.ts';
import { decodeBody } from './transfer-encoding.ts';

const bytesOf = (...lines: readonly string[]): Buffer => Buffer.from(`${lines.join('\r\n')}\r\n`);

const converted = (source: Buffer, splices: readonly Splice[] = []): SevenBitBody =>
  toSevenBit({ source, tree: parseMimeTree(source), splices });

/** As a caller sends it: the encoding is named in the header of the message. */
function sent(source: Buffer, splices: readonly Splice[] = []): Buffer {
  const { fields } = parseMimeTree(source);
  const { splices: made, encoding } = converted(source, splices);
  if (encoding === undefined) return applyPatch(source, makePatch(made));
  const old = fields.find(({ key }) => key === 'content-transfer-encoding');
  const start = old?.start ?? 0;
  const insert = makeField('Content-Transfer-Encoding', encoding).raw;
  return applyPatch(source, makePatch([...made, { start, end: start + (old?.raw.length ?? 0), insert }]));
}

const partAt = (part: MimePart, path: string): MimePart =>
  part.path === path
    ? part
    : (part.children.map((child) => partAt(child, path)).find((one) => one.path === path) ?? part);

/** Encoding and decoded body of a part. */
function read(bytes: Buffer, path = '1'): readonly [string | undefined, string | undefined] {
  const part = partAt(parseMimeTree(bytes), path);
  return [part.encoding, decodeBody(bytes, part)?.bytes.toString()];
}

const german = 'Grüße aus Köln: 1 + 1 = 2, and so on in plain ASCII';
const russian = 'Привет, как дела?';

for (const [what, header, body, encoding] of [
  ['mostly ASCII text', ['Content-Transfer-Encoding: 8bit'], german, 'quoted-printable'],
  ['Cyrillic text', ['Content-Transfer-Encoding: 8bit'], russian, 'base64'],
  ['text that names no encoding', [], german, 'quoted-printable'],
  ['text that claims to be 7bit', ['Content-Transfer-Encoding: 7bit'], german, 'quoted-printable'],
  ['text that claims to be binary', ['Content-Transfer-Encoding: binary'], german, 'quoted-printable'],
  [
    'quoted-printable with raw bytes',
    ['Content-Transfer-Encoding: quoted-printable'],
    'ü =3D and so on in plain ASCII',
    'quoted-printable',
  ],
  ['a message inside as UTF-8', ['Content-Type: message/global'], german, 'quoted-printable'],
] as const) {
  test(`${what} leaves as ${encoding} and reads the same`, () => {
    const source = bytesOf('Subject: t', ...header, '', body, '', '.', 'From here  ');
    const before = decodeBody(source, parseMimeTree(source))?.bytes.toString();
    const after = sent(source);
    assert.ok(isAscii(after));
    assert.deepEqual(read(after), [encoding, before]);
    assert.ok(after.toString().endsWith('\r\n'));
  });
}

test('a message of 7 bits is not changed, and neither is one that was converted', () => {
  for (const source of [
    bytesOf('Content-Transfer-Encoding: 8bit', '', 'plain'),
    sent(bytesOf('Content-Transfer-Encoding: 8bit', '', german)),
  ])
    assert.deepEqual(converted(source), { splices: [], encoding: undefined, left: [] });
});

test('edits of a body are encoded with it, and those of an ASCII part stay as they are', () => {
  const source = bytesOf(
    'Content-Type: multipart/alternative; boundary=b',
    'Content-Transfer-Encoding: 8bit',
    '',
    '--b',
    'Content-Transfer-Encoding: 8bit',
    '',
    'plain LINK',
    '--b',
    'Content-Transfer-Encoding: 8bit',
    '',
    'grün LINK',
    '--b--',
  );
  const splices = [...source.toString('latin1').matchAll(/LINK/g)].map(({ index }) => ({
    start: index,
    end: index + 4,
    insert: Buffer.from('https://t.example/?c=1'),
  }));
  const after = sent(source, splices);
  assert.equal(read(after)[0], '7bit');
  assert.deepEqual(read(after, '1.1'), ['7bit', 'plain https://t.example/?c=1']);
  assert.deepEqual(read(after, '1.2'), ['quoted-printable', 'grün https://t.example/?c=1']);
});

test('a message inside the message is not encoded as a whole: its parts are', () => {
  const inner = ['Subject: Grüße', 'Content-Transfer-Encoding: 8bit', '', german];
  const source = bytesOf(
    'Content-Type: multipart/mixed; boundary=b',
    '',
    'vor dem ersten Teil: ü',
    '--b',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: 8bit',
    '',
    ...inner,
    '--b--',
  );
  const after = sent(source).toString();
  assert.ok(isAscii(Buffer.from(after)));
  assert.match(after, /vor dem ersten Teil: \?\?\r\n/);
  assert.match(after, /message\/rfc822\r\nContent-Transfer-Encoding: 7bit\r\n\r\nSubject: =\?utf-8\?/i);
  assert.match(
    after,
    /\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=C3=BC=C3=9Fe aus K=C3=B6ln: 1 \+ 1 =3D 2/,
  );
});

test('fields of a part become ASCII', () => {
  const part = [
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="Grüße.pdf"',
    '',
    'x',
  ];
  const after = sent(bytesOf('Content-Type: multipart/mixed; boundary=b', '', '--b', ...part, '--b--'));
  assert.ok(isAscii(after));
  assert.equal(partAt(parseMimeTree(after), '1.1').filename, 'Grüße.pdf');
});

test('a part without an empty line keeps its first line in the body', () => {
  const after = sent(
    bytesOf(
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Grüße: an alle, die das hier lesen',
      '--b--',
    ),
  );
  assert.deepEqual(read(after, '1.1'), ['quoted-printable', 'Grüße: an alle, die das hier lesen']);
});

for (const [reason, part, lines] of [
  ['signed', '1', ['Content-Type: multipart/signed; boundary=b', '', '--b', '', german, '--b--']],
  ['encrypted', '1', ['Content-Type: application/pkcs7-mime', '', german]],
  ['encrypted', '1', ['Content-Type: multipart/encrypted; boundary=b', '', '--b', '', german, '--b--']],
  ['opaque', '1', ['Content-Transfer-Encoding: x-uuencode', '', german]],
  ['opaque', '1', ['Content-Type: multipart/mixed', '', german]],
  ['message_type', '1', ['Content-Type: message/partial', '', german]],
  ['header', '1', ['Content-Type: multipart/mixed; boundary="ü"', '', '--ü', '', 'x', '--ü--']],
  [
    'header',
    '1.1',
    ['Content-Type: multipart/mixed; boundary=b', '', '--b', 'From: ü@x.example', '', 'x', '--b--'],
  ],
  [
    'signed',
    '1/1',
    [
      'Content-Type: message/rfc822',
      '',
      'Content-Type: multipart/signed; boundary=b',
      '',
      '--b',
      '',
      german,
      '--b--',
    ],
  ],
] as const) {
  test(`${reason} in part ${part} is named, and stays: ${lines[0]}`, () => {
    const source = bytesOf(...lines);
    const { left } = converted(source);
    assert.deepEqual(
      left.map((one) => [one.reason, one.part]),
      [[reason, part]],
    );
    if (reason === 'signed') assert.ok(sent(source).includes(german));
  });
}

/** Numbers in [0, below) that are the same in every run (mulberry32). */
const dice = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
};
type Dice = ReturnType<typeof dice>;
const pick = <T>(roll: Dice, of: readonly [T, ...T[]]): T => of[roll(of.length)] ?? of[0];

const text = (roll: Dice): string =>
  Array.from({ length: 1 + roll(5) }, () =>
    Array.from({ length: pick(roll, [0, 1, 20, 75, 76, 77, 300]) }, () =>
      pick(roll, ['a', 'b', '=', '.', ' ', '\t', 'ü', roll(4) ? 'c' : '€']),
    ).join(''),
  ).join('\r\n');

const entity = (roll: Dice, depth: number): string => {
  const encoding = pick(roll, ['8bit', '8bit', 'binary', '7bit']);
  const head = `Content-Transfer-Encoding: ${encoding}\r\n`;
  if (depth === 0 || roll(3) === 0)
    return `${roll(4) ? head : ''}Content-Type: text/plain\r\n\r\n${text(roll)}`;
  if (roll(4) === 0) return `${head}Content-Type: message/rfc822\r\n\r\n${entity(roll, depth - 1)}`;
  const boundary = `b${depth}-${roll(1000)}`;
  const parts = Array.from({ length: 1 + roll(3) }, () => `--${boundary}\r\n${entity(roll, depth - 1)}\r\n`);
  return `${head}Content-Type: multipart/mixed; boundary=${boundary}\r\n\r\n${parts.join('')}--${boundary}--\r\n`;
};

/** Decoded bodies of all leaves, those of messages inside included. */
function leaves(source: Buffer): readonly string[] {
  const of = (part: MimePart): readonly string[] => {
    if (part.children.length > 0) return part.children.flatMap(of);
    const bytes = decodeBody(source, part)?.bytes ?? assert.fail(`${part.path} does not decode`);
    return part.contentType === 'message/rfc822' ? leaves(bytes) : [bytes.toString()];
  };
  return of(parseMimeTree(source));
}

test('every part of a message reads the same when it is converted, in lines of at most 76 characters', () => {
  for (let seed = 0; seed < 500; seed++) {
    const source = Buffer.from(`${entity(dice(seed), 4)}\r\n`);
    const after = sent(source);
    assert.ok(isAscii(after), `seed ${seed} is ASCII`);
    const [had, has] = [leaves(source), leaves(after)];
    assert.deepEqual(has, had, `seed ${seed} decodes`);
    const written = new Set(source.toString('latin1').split('\r\n'));
    const fresh = after
      .toString()
      .split('\r\n')
      .filter((line) => !written.has(line));
    assert.ok(
      fresh.every((line) => line.length <= 76),
      `seed ${seed} has short lines`,
    );
    assert.deepEqual(converted(after).splices, [], `seed ${seed} is converted once`);
  }
});
