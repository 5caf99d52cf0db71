/**
 * Header lines over 998 bytes are folded where white space stands or may stand, so that no server on the way breaks them, and a
 * signature with them. Unfolded the field says what it said. RFC 5322 §2.1.1, §2.2.3.
 */

import { fieldValue, type HeaderField, makeField } from '../headers.ts';
import { decodeHeaderText, encodeHeaderText } from './encoded-word.ts';
import { type HeaderKind, headerKind } from './header-kind.ts';

/** Of a line without its CRLF. */
const MAX_LINE_BYTES = 998;
const GOOD_LINE_BYTES = 78;

/** Behind these bytes a structured field may have white space, outside quotes, comments and brackets. */
const separators: Readonly<Record<HeaderKind, RegExp | undefined>> = {
  text: undefined,
  other: undefined,
  addresses: /[,;]/,
  words: /,/,
  urls: /,/,
  parameters: /;/,
  ids: />/,
};

const closers: Readonly<Record<string, string>> = { '"': '"', '(': ')', '<': '>' };

const isSpace = (letter: string | undefined): boolean => letter === ' ' || letter === '\t';

/** Behind the quoted string, the angle or the innermost comment that opens at `from`; the end of the line when it never closes. */
function behindClosed(line: string, from: number): number {
  const closer = closers[line[from] ?? ''] ?? '';
  let at = from + 1;
  while (at < line.length && line[at] !== closer) at += line[at] === '\\' ? 2 : 1;
  return Math.min(at + 1, line.length);
}

/** Whether white space begins at `at`, other than at the start of the line. */
const startsSpace = (line: string, at: number): boolean =>
  at > 0 && isSpace(line[at]) && !isSpace(line[at - 1]);

/** Offsets at which a structured line may be broken. At white space the break goes in front of it. */
function placesIn(line: string, separator: RegExp | undefined): readonly number[] {
  const places: number[] = [];
  let end = 0;
  for (let at = 0; at < line.length; at = end) {
    end = closers[line[at] ?? ''] === undefined ? at + 1 : behindClosed(line, at);
    if (startsSpace(line, at)) places.push(at);
    if (separator?.test(line[end - 1] ?? '') && !isSpace(line[end])) places.push(end);
  }
  return places;
}

/** White space inside quoted strings and comments may be folded too; it is where nothing else can be done. */
const spacesIn = (line: string): readonly number[] =>
  Array.from(line.matchAll(/[ \t]+/g), ({ index }) => index).filter((index) => index > 0);

/** The line in pieces, cut at the places that have content behind them. */
function piecesOf(line: string, places: readonly number[]): readonly string[] {
  let last = line.length - 1;
  while (last > 0 && isSpace(line[last])) last--;
  const ends = [...places.filter((place) => place < last), line.length];
  return ends.map((end, index) => line.slice(ends[index - 1] ?? 0, end));
}

/** The pieces in lines; `undefined` when one is too long for any. */
function inLines(pieces: readonly string[]): readonly string[] | undefined {
  const lines: string[] = [];
  let open = '';
  for (const [index, piece] of pieces.entries()) {
    // Only a value that would not fit otherwise begins below its name.
    const most = index <= 1 ? MAX_LINE_BYTES : GOOD_LINE_BYTES;
    if (open === '' || open.length + piece.length <= most) {
      open += piece;
      continue;
    }
    lines.push(open);
    open = isSpace(piece[0]) ? piece : ` ${piece}`;
  }
  lines.push(open);
  return lines.every((one) => one.length <= MAX_LINE_BYTES) ? lines : undefined;
}

function foldedLine(line: string, kind: HeaderKind): readonly string[] | undefined {
  if (line.length <= MAX_LINE_BYTES) return [line];
  const structured = kind === 'text' ? undefined : inLines(piecesOf(line, placesIn(line, separators[kind])));
  return structured ?? inLines(piecesOf(line, spacesIn(line)));
}

/** Whether a line of the field is over 998 bytes. */
export function hasLongLine({ raw }: HeaderField): boolean {
  if (raw.length <= MAX_LINE_BYTES) return false;
  return raw
    .toString('latin1')
    .split(/\r?\n/)
    .some((line) => line.length > MAX_LINE_BYTES);
}

const fieldOf = (raw: string): HeaderField => {
  const name = raw.slice(0, raw.indexOf(':')).trimEnd();
  return { name, key: name.toLowerCase(), raw: Buffer.from(raw, 'latin1'), start: undefined };
};

/**
 * The field with no line over 998 bytes; `undefined` when it has none, or cannot be folded. Text without a place to fold becomes
 * encoded words, which can be.
 */
export function foldedField(field: HeaderField): HeaderField | undefined {
  if (!hasLongLine(field)) return undefined;
  const kind = headerKind(field.key);
  const lines = field.raw
    .toString('latin1')
    .replace(/\r?\n$/, '')
    .split(/\r?\n/);
  const folded = lines.map((line) => foldedLine(line, kind));
  if (folded.every((one) => one !== undefined)) return fieldOf(`${folded.flat().join('\r\n')}\r\n`);
  if (kind !== 'text') return undefined;
  return makeField(field.name, encodeHeaderText(decodeHeaderText(fieldValue(field))));
}
