/** Base64 bodies. Lines before the first change keep their bytes; from there on the text is written anew. RFC 2045 §6.8. */

import { type BodySpan, type ByteEdit, type EncodedEdits, lastAtMost, lineEndOf } from './body-edit.ts';

/** Where each line of base64 text begins, and how many characters of the alphabet stand before it. */
export type Base64Map = {
  readonly lineStarts: readonly number[];
  readonly charsBefore: readonly number[];
  /** Offset behind the last character or padding. */
  readonly textEnd: number;
};

/** A decoded body, and the map back to its source. RFC 2045 §6.8. */
export type Base64Body = { readonly bytes: Buffer; readonly map: Base64Map };

const CHAR = 1;
const SPACE = 2;
const PAD = 3;

const kinds = new Uint8Array(256);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
  kinds[char.charCodeAt(0)] = CHAR;
for (const byte of [0x20, 0x09, 0x0d, 0x0a]) kinds[byte] = SPACE;
kinds[0x3d] = PAD;

/** First offset at or behind `from` whose byte is not of the kind. */
const skip = ({ source, end }: BodySpan, from: number, kind: number): number => {
  let at = from;
  while (at < end && kinds[source[at] ?? 0] === kind) at++;
  return at;
};

/** Behind the padding, if nothing but padding and white space follows; a second base64 text behind it is read differently by everyone. */
const paddingEnd = (body: BodySpan, from: number): number | undefined => {
  let end = from;
  let at = from;
  while (at < body.end) {
    const padded = skip(body, at, PAD);
    if (padded > at) end = padded;
    const next = skip(body, padded, SPACE);
    if (next === at) return undefined;
    at = next;
  }
  return end;
};

/** Decodes strictly: `undefined` for a body that two readers might decode differently. */
export function decodeBase64(body: BodySpan): Base64Body | undefined {
  const lineStarts: number[] = [];
  const charsBefore: number[] = [];
  let chars = 0;
  let charsEnd = body.start;
  let at = skip(body, body.start, SPACE);
  while (at < body.end) {
    const end = skip(body, at, CHAR);
    if (end === at) break;
    lineStarts.push(at);
    charsBefore.push(chars);
    chars += end - at;
    charsEnd = end;
    at = skip(body, end, SPACE);
  }
  const textEnd = paddingEnd(body, charsEnd);
  if (textEnd === undefined || chars % 4 === 1) return undefined;
  const bytes = Buffer.from(body.source.toString('latin1', body.start, charsEnd), 'base64');
  return { bytes, map: { lineStarts, charsBefore, textEnd } };
}

const MAX_LINE = 998;
const USUAL_LINE = 76;

const lineLength = ({ charsBefore }: Base64Map): number => {
  const first = charsBefore[1];
  return first === undefined || first > MAX_LINE ? USUAL_LINE : first;
};

const wrap = (text: string, room: number, options: { width: number; lineEnd: string }): string => {
  const lines = [text.slice(0, room)];
  for (let at = room; at < text.length; at += options.width) lines.push(text.slice(at, at + options.width));
  return lines.join(options.lineEnd);
};

const editedTail = (bytes: Buffer, from: number, edits: readonly ByteEdit[]): Buffer => {
  const pieces: Buffer[] = [];
  let at = from;
  for (const { start, end, insert } of edits) {
    pieces.push(bytes.subarray(at, start), insert);
    at = end;
  }
  pieces.push(bytes.subarray(at));
  return Buffer.concat(pieces);
};

/** One splice: from the first group of four characters that changes to the end of the text. */
export function encodeBase64Edits(
  body: BodySpan,
  decoded: Base64Body,
  edits: readonly ByteEdit[],
): EncodedEdits {
  const first = edits[0];
  if (!first) return { splices: [], skipped: [] };
  const { bytes, map } = decoded;
  const group = Math.floor(first.start / 3);
  const line = lastAtMost(map.charsBefore, group * 4);
  const column = group * 4 - (map.charsBefore[line] ?? 0);
  const start = map.lineStarts.length === 0 ? body.start : (map.lineStarts[line] ?? body.start) + column;
  const width = lineLength(map);
  const text = editedTail(bytes, group * 3, edits).toString('base64');
  const lineEnd = lineEndOf(body).toString('latin1');
  const insert = Buffer.from(wrap(text, Math.max(width - column, 0), { width, lineEnd }), 'latin1');
  return { splices: [{ start, end: Math.max(map.textEnd, start), insert }], skipped: [] };
}
