import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMimeTree } from '../mime-tree.ts';
import { applyPatch, makePatch } from '../patch.ts';
import { type PartEdit, splicesOf } from './part-edits.ts';
import { type PartText, readPartText } from './part-text.ts';

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

const plainText = (roll: Dice, lineEnd: string): string =>
  Array.from({ length: 1 + roll(8) }, () => {
    const letters = Array.from({ length: pick(roll, [0, 5, 30, 75, 76, 77, 200]) }, () =>
      pick(roll, ['a', 'b', '=', '.', ' ', '\t', '<', '"', '\xe9']),
    );
    return `${letters.join('').trimEnd()}x${lineEnd}`;
  }).join('');

const tokenOf = (roll: Dice, char: string): string => {
  if (char !== '=' && char <= '~' && roll(30) > 0) return char;
  const hex = char.charCodeAt(0).toString(16).padStart(2, '0');
  return `=${roll(2) ? hex : hex.toUpperCase()}`;
};

/** Quoted-printable as odd senders write it: needless escapes, lower case, soft breaks anywhere, padding at line ends. */
const encodedLine = (roll: Dice, line: string, lineEnd: string): string => {
  const rows = [''];
  for (const char of line) {
    const token = tokenOf(roll, char);
    const row = rows.at(-1) ?? '';
    if (row.length + token.length > 75 || roll(50) === 0) rows.push(token);
    else rows[rows.length - 1] = row + token;
  }
  return rows.join(`=${roll(9) ? '' : ' '}${lineEnd}`) + (roll(9) ? '' : ' \t');
};

const quotedPrintable = (roll: Dice, text: string, lineEnd: string): string =>
  text
    .split(lineEnd)
    .map((line) => encodedLine(roll, line, lineEnd))
    .join(lineEnd);

const encode = (
  roll: Dice,
  text: string,
  { encoding, lineEnd }: { encoding: string; lineEnd: string },
): string => {
  if (encoding === 'quoted-printable') return quotedPrintable(roll, text, lineEnd);
  if (encoding === '8bit') return text;
  const width = pick(roll, [76, 60, 61, 4, 100_000]);
  return Buffer.from(text, 'latin1')
    .toString('base64')
    .replace(new RegExp(`.{${width}}`, 'g'), `$&${lineEnd}`);
};

const someEdits = (roll: Dice, text: string): readonly PartEdit[] => {
  const edits: PartEdit[] = [];
  const insideLineEnd = (at: number) => (text[at - 1] === '\r' ? at + 1 : at);
  for (let at = 0; edits.length < 5; at = edits.at(-1)?.end ?? text.length) {
    const start = insideLineEnd(at + roll(200));
    const end = insideLineEnd(Math.min(text.length, start + pick(roll, [0, 1, 2, 20, 100])));
    if (start > text.length) break;
    edits.push({ start, end, text: `https://t.example/?c=${'k'.repeat(roll(150))}` });
  }
  return edits;
};

const apply = (text: string, edits: readonly PartEdit[]): string =>
  edits
    .toReversed()
    .reduce((now, { start, end, text: insert }) => now.slice(0, start) + insert + now.slice(end), text);

const widest = (source: Buffer): number => {
  const { bodyStart, bodyEnd } = parseMimeTree(source);
  const lines = source.toString('latin1', bodyStart, bodyEnd).split(/\r?\n/);
  return lines.reduce((most, line) => Math.max(most, line.length), 0);
};

const textOf = (source: Buffer): PartText => {
  const text = readPartText(source, parseMimeTree(source));
  assert.ok(typeof text !== 'string');
  return text;
};

const decodedBody = (source: Buffer): string => textOf(source).body.bytes.toString('latin1');

for (const encoding of ['quoted-printable', 'base64', '8bit']) {
  test(`whatever is edited in ${encoding}, exactly that changes, and no line grows out of bounds`, () => {
    for (let seed = 0; seed < 400; seed++) {
      const roll = dice(seed);
      const lineEnd = pick(roll, ['\r\n', '\n']);
      const text = plainText(roll, lineEnd);
      const header = `Content-Type: text/html; charset=iso-8859-1${lineEnd}Content-Transfer-Encoding: ${encoding}`;
      const body = encode(roll, text, { encoding, lineEnd });
      const source = Buffer.from(`${header}${lineEnd}${lineEnd}${body}`, 'latin1');
      assert.equal(decodedBody(source), text, `seed ${seed} decodes`);
      const edits = someEdits(roll, text);
      const { splices, skipped } = splicesOf({ text: textOf(source), edits });
      const made = edits.filter((edit) => !skipped.some((one) => one.edit === edit));
      const result = applyPatch(source, makePatch(splices));
      assert.equal(decodedBody(result), apply(text, made), `seed ${seed} edits`);
      const bound = encoding === '8bit' ? 998 : Math.max(76, widest(source));
      assert.ok(widest(result) <= bound, `seed ${seed} has a line of ${widest(result)}`);
    }
  });
}
