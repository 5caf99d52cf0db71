/** Edits of 7bit, 8bit and binary text: direct splices, with no line made longer than RFC 5322 §2.1.1 allows. */

import { type BodySpan, type ByteEdit, type EncodedEdits, lineEndOf } from '../body/body-edit.ts';
import type { Splice } from '../patch.ts';

/** Without the line end. RFC 5322 §2.1.1, RFC 5321 §4.5.3.1.6. */
const MAX_LINE = 998;
const LF = 0x0a;
const CR = 0x0d;

type Placed = ByteEdit & { readonly position: number };

/** Edits that meet on one line, and that line. Whatever line ends lie inside are inside edits. */
type Line = { readonly start: number; end: number; longest: number; readonly edits: Placed[] };

const lineStartOf = ({ source, start }: BodySpan, at: number): number =>
  at === start ? start : Math.max(source.lastIndexOf(LF, at - 1) + 1, start);

/** Where the line that holds `at` ends: at its CR or LF, or at the end of the body. */
const lineEndAt = ({ source, end }: BodySpan, at: number): number => {
  const lf = source.indexOf(LF, at);
  if (lf === -1 || lf >= end) return end;
  return lf > at && source[lf - 1] === CR ? lf - 1 : lf;
};

const longestLine = ({ source }: BodySpan, from: number, to: number): number => {
  let longest = 0;
  let at = from;
  for (let lf = source.indexOf(LF, at); lf !== -1 && lf < to; lf = source.indexOf(LF, at)) {
    longest = Math.max(longest, lf - at);
    at = lf + 1;
  }
  return Math.max(longest, to - at);
};

const linesOf = (body: BodySpan, edits: readonly Placed[]): Line[] => {
  const lines: Line[] = [];
  for (const edit of edits) {
    let line = lines.at(-1);
    if (!line || edit.start > line.end) {
      const start = lineStartOf(body, edit.start);
      line = { start, end: start, longest: 0, edits: [] };
      lines.push(line);
    }
    line.edits.push(edit);
    if (edit.end > line.end || line.edits.length === 1) line.end = lineEndAt(body, edit.end);
  }
  return lines;
};

const growthOf = (edit: ByteEdit): number => edit.insert.length - (edit.end - edit.start);

/** A stretch between two places where the line may be broken. */
type Segment = { readonly start: number; length: number; readonly accepted: Placed[] };

const breakPlaces = (line: Line): number[] => {
  const places = [line.start];
  for (const { breaks } of line.edits) {
    if (!breaks) continue;
    for (const place of [breaks.before, breaks.after]) {
      if (place > (places.at(-1) ?? 0) && place < line.end) places.push(place);
    }
  }
  return places;
};

/** Puts each edit into its segment, leaving out those that would not fit even on a line of their own. */
const segmentsOf = (line: Line, skipped: number[]): Segment[] => {
  const places = breakPlaces(line);
  const segments = places.map(
    (start, index): Segment => ({ start, length: (places[index + 1] ?? line.end) - start, accepted: [] }),
  );
  let index = 0;
  for (const edit of line.edits) {
    while (index + 1 < segments.length && (segments[index + 1]?.start ?? 0) <= edit.start) index++;
    const segment = segments[index];
    if (!segment || segment.length + growthOf(edit) > MAX_LINE) skipped.push(edit.position);
    else {
      segment.length += growthOf(edit);
      segment.accepted.push(edit);
    }
  }
  return segments;
};

const spliceOf = ({ start, end, insert }: Placed): Splice => ({ start, end, insert });

/** Breaks the line only where the next stretch would not fit. */
const brokenLine = (segments: readonly Segment[], lineEnd: Buffer): Splice[] => {
  const splices: Splice[] = [];
  let column = 0;
  for (const { start, length, accepted } of segments) {
    if (column > 0 && column + length > MAX_LINE) {
      splices.push({ start, end: start, insert: lineEnd });
      column = 0;
    }
    column += length;
    splices.push(...accepted.map(spliceOf));
  }
  return splices;
};

const fits = (body: BodySpan, line: Line): boolean => {
  const length = line.edits.reduce((sum, edit) => sum + growthOf(edit), line.end - line.start);
  // A line that was too long before is not made so by us.
  return length <= MAX_LINE || longestLine(body, line.start, line.end) > MAX_LINE;
};

/** Splices of the source for edits that are in order and apart. */
export function encodeIdentityEdits(body: BodySpan, edits: readonly ByteEdit[]): EncodedEdits {
  const shift = body.start;
  const placed = edits.map(
    ({ start, end, insert, breaks }, position): Placed => ({
      start: start + shift,
      end: end + shift,
      insert,
      breaks: breaks && { before: breaks.before + shift, after: breaks.after + shift },
      position,
    }),
  );
  const splices: Splice[] = [];
  const skipped: number[] = [];
  for (const line of linesOf(body, placed)) {
    const made = fits(body, line)
      ? line.edits.map(spliceOf)
      : brokenLine(segmentsOf(line, skipped), lineEndOf(body));
    for (const splice of made) splices.push(splice);
  }
  return { splices, skipped };
}
