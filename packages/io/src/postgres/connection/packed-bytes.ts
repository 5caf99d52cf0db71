/**
 * Packs many byte strings into one binary parameter. The statement takes them apart by `substring`. An array of bytea would be
 * sent as hex, with twice the size.
 */
export type PackedBytes = {
  readonly bytes: Buffer;
  /** For `substring(… FROM start FOR size)`: counted from 1. */
  readonly places: readonly { readonly start: number; readonly size: number }[];
};

export function packBytes(parts: readonly Buffer[]): PackedBytes {
  let start = 1;
  const places = parts.map((part) => {
    const place = { start, size: part.length };
    start += part.length;
    return place;
  });
  return { bytes: parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts), places };
}
