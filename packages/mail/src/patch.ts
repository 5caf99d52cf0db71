/** A message is never rebuilt: it is stored once and changed by a patch of byte offsets and replacements. */

/** Replaces the bytes [start, end) of the source by `insert`. */
export type Splice = { readonly start: number; readonly end: number; readonly insert: Buffer };

/** Splices in ascending order that do not overlap. Several insertions at one offset keep their order. */
export type Patch = readonly Splice[];

/** Puts splices in order. Throws when two of them overlap: that would be a bug of a stage. */
export function makePatch(splices: readonly Splice[]): Patch {
  const sorted = splices.toSorted((a, b) => a.start - b.start || a.end - b.end);
  for (const [index, splice] of sorted.entries()) {
    const next = sorted[index + 1];
    if (splice.end < splice.start || (next && next.start < splice.end)) {
      throw new Error(`Splices overlap at byte ${splice.start}`);
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

const pushVarint = (bytes: number[], value: number): void => {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
};

/** Bytes for storage: per splice three varints (distance from the last end, bytes removed, bytes inserted), then the insert. */
export function encodePatch(patch: Patch): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, insert } of patch) {
    const head: number[] = [];
    pushVarint(head, start - at);
    pushVarint(head, end - start);
    pushVarint(head, insert.length);
    pieces.push(Buffer.from(head), insert);
    at = end;
  }
  return Buffer.concat(pieces);
}

/** The patch that `encodePatch` stored. Throws on bytes that it did not write. */
export function decodePatch(bytes: Buffer): Patch {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[at++];
      if (byte === undefined || factor > 2 ** 42) throw new Error('Not a stored patch');
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  const splices: Splice[] = [];
  let end = 0;
  while (at < bytes.length) {
    const start = end + varint();
    end = start + varint();
    const length = varint();
    if (at + length > bytes.length) throw new Error('Not a stored patch');
    splices.push({ start, end, insert: bytes.subarray(at, at + length) });
    at += length;
  }
  return splices;
}
