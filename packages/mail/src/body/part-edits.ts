/** Changes to the text of a part, stated in decoded bytes, and their way back into the source. */

import type { MimePart } from '../mime-tree.ts';
import type { Splice } from '../patch.ts';
import type { ByteEdit } from './body-edit.ts';
import { encodeAscii } from './charset.ts';
import { partText, type UnreadableReason } from './part-text.ts';
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

/** All changes to one part. Those of several stages are put together first, since base64 can be written only once. */
export type PartEdits = { readonly part: MimePart; readonly edits: readonly PartEdit[] };

export type SkippedReason = 'line_too_long' | UnreadableReason;
export type SkippedEdit = { readonly edit: PartEdit; readonly reason: SkippedReason };

export type EncodedPart = { readonly splices: readonly Splice[]; readonly skipped: readonly SkippedEdit[] };

/** Insertions at one offset keep their order. Throws when two edits overlap: that would be a bug of a stage. */
const inOrder = (edits: readonly PartEdit[]): readonly PartEdit[] => {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, edit] of sorted.entries()) {
    if (edit.end < edit.start || edit.end > (sorted[index + 1]?.start ?? edit.end)) {
      throw new Error(`Edits overlap at byte ${edit.start} of a part`);
    }
  }
  return sorted;
};

/** The splices that make these edits, in ascending order, and the edits that could not be made. */
export function splicesOf(source: Buffer, part: MimePart, edits: readonly PartEdit[]): EncodedPart {
  const text = partText(source, part);
  const sorted = inOrder(edits);
  if ('unreadable' in text) {
    return { splices: [], skipped: sorted.map((edit) => ({ edit, reason: text.unreadable })) };
  }
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

/** Puts the edits of several stages together, part by part, in the order in which the parts first appear. */
export function mergePartEdits(lists: readonly (readonly PartEdits[])[]): readonly PartEdits[] {
  const byPart = new Map<MimePart, PartEdit[]>();
  for (const { part, edits } of lists.flat()) {
    const known = byPart.get(part);
    if (known) known.push(...edits);
    else byPart.set(part, [...edits]);
  }
  return [...byPart].map(([part, edits]) => ({ part, edits }));
}
