/** Changes to the text of a part, stated in decoded bytes, and their way back into the source. */

import type { Splice } from '../patch.ts';
import type { ByteEdit } from './body-edit.ts';
import { encodeAscii } from './charset.ts';
import type { PartText } from './part-text.ts';
import { encodeByteEdits } from './transfer-encoding.ts';

/** Replaces the bytes [start, end) of the decoded body by ASCII text. */
export type PartEdit = {
  readonly start: number;
  readonly end: number;
  /** ASCII, without a line end; it is written in the charset and the transfer encoding of the part. */
  readonly text: string;
  /** Decoded offsets at or before `start`, and at or behind `end`, where a line end changes nothing that is seen. */
  readonly breaks?: { readonly before: number; readonly after: number } | undefined;
};

/** Edits of one part's text. */
export type PartEdits = { readonly text: PartText; readonly edits: readonly PartEdit[] };

/** Why an edit was not made: the line would grow over 998 bytes (RFC 5322 §2.1.1) and cannot be broken. */
export type SkippedReason = 'line_too_long';
/** An edit that was not made. */
export type SkippedEdit = { readonly edit: PartEdit; readonly reason: SkippedReason };

/** The splices that make the edits of a part, and the edits that were not made. */
export type EncodedPart = { readonly splices: readonly Splice[]; readonly skipped: readonly SkippedEdit[] };

/** Insertions at one offset keep their order. Throws when two edits overlap: a stage has a bug. */
const inOrder = (edits: readonly PartEdit[]): readonly PartEdit[] => {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, edit] of sorted.entries()) {
    if (edit.end < edit.start || edit.end > (sorted[index + 1]?.start ?? edit.end)) {
      throw new Error(`Edits overlap at byte ${edit.start} of a part`);
    }
  }
  return sorted;
};

/**
 * The splices of the source that make these edits, in ascending order, and the edits that could not be made. Takes all edits
 * of a part at once, because base64 can be written only once. Throws when two edits overlap.
 */
export function splicesOf({ text, edits }: PartEdits): EncodedPart {
  const sorted = inOrder(edits);
  const byteEdits = sorted.map(
    ({ start, end, text: ascii, breaks }): ByteEdit => ({
      start,
      end,
      insert: encodeAscii(text.view, ascii),
      breaks,
    }),
  );
  const { splices, skipped } = encodeByteEdits(text.body, byteEdits);
  return {
    splices,
    skipped: skipped.flatMap((position) => {
      const edit = sorted[position];
      return edit ? [{ edit, reason: 'line_too_long' as const }] : [];
    }),
  };
}
