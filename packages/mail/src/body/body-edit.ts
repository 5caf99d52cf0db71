/** What the three ways of writing a body have in common. RFC 2045 §6. */

import type { Splice } from '../patch.ts';

/** The place of an encoded body in the source. */
export type BodySpan = { readonly source: Buffer; readonly start: number; readonly end: number };

/** Replaces the decoded bytes [start, end). */
export type ByteEdit = {
  readonly start: number;
  readonly end: number;
  readonly insert: Buffer;
  readonly breaks?: { readonly before: number; readonly after: number } | undefined;
};

/** `skipped` holds positions in the list of edits that was given. */
export type EncodedEdits = { readonly splices: readonly Splice[]; readonly skipped: readonly number[] };

const LF = 0x0a;
const CR = 0x0d;
const CRLF = Buffer.from('\r\n');
const BARE_LF = Buffer.from('\n');

/** The line end that the body uses, so that a new line looks like the old ones. */
export const lineEndOf = ({ source, start, end }: BodySpan): Buffer => {
  const lf = source.indexOf(LF, start);
  const at = lf !== -1 && lf < end ? lf : source.lastIndexOf(LF, Math.max(start - 1, 0));
  return at > 0 && source[at] === LF && source[at - 1] !== CR ? BARE_LF : CRLF;
};

/** Position of the last value not above the wanted one, in an ascending list. */
export const lastAtMost = (values: readonly number[], wanted: number): number => {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((values[middle] ?? 0) <= wanted) low = middle;
    else high = middle - 1;
  }
  return low;
};
