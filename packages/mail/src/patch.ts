/** A message is never rebuilt: it is stored once and changed by a patch of octet offsets and replacements. */

/** Replaces the octets [start, end) of the source by `insert`. */
export type Splice = { readonly start: number; readonly end: number; readonly insert: Buffer };

/** Splices in ascending order that do not overlap. Several insertions at one offset keep their order. */
export type Patch = readonly Splice[];

/** Puts splices in order. Throws when two of them overlap: that would be a bug of a stage. */
export function makePatch(splices: readonly Splice[]): Patch {
  const sorted = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, splice] of sorted.entries()) {
    const next = sorted[index + 1];
    if (splice.end < splice.start || (next && next.start < splice.end)) {
      throw new Error(`Splices overlap at octet ${splice.start}`);
    }
  }
  return sorted;
}

/** The pieces of the patched message in order, without copying the source. */
export function piecesOf(source: Buffer, patch: Patch): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, insert } of patch) {
    if (start > at) pieces.push(source.subarray(at, start));
    if (insert.length > 0) pieces.push(insert);
    at = end;
  }
  if (at < source.length) pieces.push(source.subarray(at));
  return pieces;
}

/** The patched message as one buffer. */
export const applyPatch = (source: Buffer, patch: Patch): Buffer => Buffer.concat(piecesOf(source, patch));
