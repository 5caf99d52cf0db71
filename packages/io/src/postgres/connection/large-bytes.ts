/**
 * Large bytes are read after their row, piece by piece. In the same statement they would delay the other rows of the batch, and
 * decoding sixteen megabytes of hex would block the event loop. docs/reliability.md F18.
 */

/** The most bytes that are read with their row. */
export const INLINE_BYTES = 262_144;
const PIECE_BYTES = 1_048_576;

/** `start` counts from 1, as in SQL. */
export type Range = { readonly start: number; readonly size: number };

/** SQL for a range of a column, from `$2` and `$3`. The server reads only that part of an uncompressed value. */
export const rangeSql = (column: string): string => `substring(${column} FROM $2::integer FOR $3::integer)`;

/** Reads the bytes in pieces. Rejects when bytes are missing, because the row was deleted meanwhile. */
export async function inPieces(
  size: number,
  read: (range: Range) => Promise<Buffer | undefined>,
): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let at = 0;
  while (at < size) {
    const piece = await read({ start: at + 1, size: PIECE_BYTES });
    if (!piece || piece.length === 0) throw new Error(`Only ${at} of ${size} bytes are there`);
    at += piece.copy(bytes, at);
  }
  return bytes;
}
