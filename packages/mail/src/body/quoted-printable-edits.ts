/** Edits of quoted-printable text: each changed span is written anew with soft line breaks. RFC 2045 §6.7 rules 1 to 5. */

import type { Splice } from '../patch.ts';
import { type BodySpan, type ByteEdit, type EncodedEdits, lastAtMost, lineEndOf } from './body-edit.ts';
import {
  escapeAt,
  type Line,
  lineAt,
  lineBetween,
  type QuotedPrintableBody,
} from './quoted-printable-body.ts';
import {
  MAX_BEFORE_SOFT_BREAK,
  MAX_LINE,
  type Output,
  putText,
  putToken,
} from './quoted-printable-writer.ts';

type Cursor = { index: number; line: Line; lineStart: number; at: number; decoded: number };

const cursorAt = (body: BodySpan, decoded: QuotedPrintableBody, index: number): Cursor => {
  const lineStart = decoded.lineStarts[index] ?? body.start;
  return {
    index,
    line: lineBetween(body.source, lineStart, decoded.lineStarts[index + 1] ?? body.end),
    lineStart,
    at: lineStart,
    decoded: decoded.decodedBefore[index] ?? 0,
  };
};

const tokenLength = (source: Buffer, at: number, end: number): number =>
  escapeAt(source, at, end) < 0 ? 1 : 3;

/** Moves on to the start of a decoded byte. Edits come in order, so a long line is walked through once. */
const advance = (body: BodySpan, cursor: Cursor, byte: number): void => {
  const { contentEnd, end } = cursor.line;
  while (cursor.decoded < byte && cursor.at < contentEnd) {
    cursor.at += tokenLength(body.source, cursor.at, contentEnd);
    cursor.decoded++;
  }
  if (cursor.decoded === byte) return;
  // Only the bytes of the line end are left; transport padding before them stands for nothing.
  cursor.at = Math.max(cursor.at, end) + (byte - cursor.decoded);
  cursor.decoded = byte;
};

type Walk = { readonly body: BodySpan; readonly decoded: QuotedPrintableBody; cursor: Cursor };

const seek = (walk: Walk, byte: number): Cursor => {
  const index = lastAtMost(walk.decoded.decodedBefore, byte);
  if (index !== walk.cursor.index || walk.cursor.decoded > byte) {
    walk.cursor = cursorAt(walk.body, walk.decoded, index);
  }
  advance(walk.body, walk.cursor, byte);
  return walk.cursor;
};

/** A span of the source with the physical lines in which it begins and ends. */
type Span = {
  readonly start: number;
  readonly end: number;
  readonly head: { readonly start: number; readonly end: number };
  readonly tail: { readonly start: number; readonly end: number };
  readonly insert: Buffer;
};

/** The physical line at an offset that the cursor's line ends at or holds. */
const physicalLine = (body: BodySpan, cursor: Cursor, at: number): { start: number; end: number } =>
  at > cursor.line.end && at === cursor.line.next
    ? { start: at, end: lineAt(body, at).end }
    : { start: cursor.lineStart, end: cursor.line.end };

/** Behind the encoded byte at which the cursor stands. */
const byteEnd = (source: Buffer, { at, line }: Cursor): number =>
  at < line.contentEnd ? at + tokenLength(source, at, line.contentEnd) : Math.max(at, line.end) + 1;

const spanOf = (walk: Walk, { start: first, end: behind, insert }: ByteEdit): Span => {
  const cursor = seek(walk, first);
  const start = cursor.at;
  const head = physicalLine(walk.body, cursor, start);
  if (first === behind) return { start, end: start, head, tail: head, insert };
  const last = seek(walk, behind - 1);
  const end = byteEnd(walk.body.source, last);
  return { start, end, head, tail: physicalLine(walk.body, last, end), insert };
};

/**
 * The number of bytes before the span that are encoded again with it: the last token of a full line, because the line has no
 * space for the `=` of a soft break.
 */
const pulledBack = (source: Buffer, span: Span, column: number): number => {
  if (column + 1 <= Math.max(MAX_LINE, span.head.end - span.head.start)) return 0;
  return escapeAt(source, span.start - 3, span.start) >= 0 ? 3 : 1;
};

type Previous = { readonly end: number; readonly tailStart: number; readonly column: number };

const columnBefore = (span: Span, previous: Previous | undefined): number =>
  previous?.tailStart === span.head.start
    ? previous.column + span.start - previous.end
    : span.start - span.head.start;

/** Bytes of the source that follow the span on its line, up to the next span. */
const restOf = (span: Span, next: Span | undefined): { length: number; limit: number } =>
  next?.head.start === span.tail.start
    ? { length: next.start - span.end, limit: MAX_BEFORE_SOFT_BREAK }
    : { length: span.tail.end - span.end, limit: MAX_LINE };

/** One splice for each edit, which must be in order and apart. */
export function encodeQuotedPrintableEdits(
  body: BodySpan,
  decoded: QuotedPrintableBody,
  edits: readonly ByteEdit[],
): EncodedEdits {
  const walk: Walk = { body, decoded, cursor: cursorAt(body, decoded, 0) };
  const spans = edits.map((edit) => spanOf(walk, edit));
  const softBreak = `=${lineEndOf(body).toString('latin1')}`;
  const splices: Splice[] = [];
  let previous: Previous | undefined;
  for (const [index, span] of spans.entries()) {
    const column = columnBefore(span, previous);
    const back = pulledBack(body.source, span, column);
    const out: Output = { text: '', column: column - back, softBreak };
    if (back > 0) putToken(out, body.source.toString('latin1', span.start - back, span.start));
    putText(out, span.insert.toString('latin1'));
    const rest = restOf(span, spans[index + 1]);
    if (out.column > 0 && out.column + rest.length > rest.limit) {
      out.text += softBreak;
      out.column = 0;
    }
    splices.push({ start: span.start - back, end: span.end, insert: Buffer.from(out.text, 'latin1') });
    previous = { end: span.end, tailStart: span.tail.start, column: out.column };
  }
  return { splices, skipped: [] };
}
