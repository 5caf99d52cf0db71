/**
 * Large bytes do not come with their row: whoever shares its statement would wait for them, and a process does nothing else while it
 * undoes sixteen megabytes of hex. They are read afterwards, piece by piece. docs/reliability.md F18.
 */

/** What comes with its row. */
export const INLINE_BYTES = 262_144;
const PIECE_BYTES = 1_048_576;

/** `start` counts from 1, as in SQL. */
export type Range = { readonly start: number; readonly size: number };

/** The range of a column, for `$2` and `$3`. What is stored plain is not read as a whole for it. */
export const rangeSql = (column: string): string => `substring(${column} FROM $2::integer FOR $3::integer)`;

/** Rejects when there is less than it should be: a row that went meanwhile is no message. */
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
