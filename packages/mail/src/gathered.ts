/**
 * Neighbours put together as long as `bytes` holds them: to look at a piece by itself costs more than to copy it, and a message with
 * thousands of links has thousands. What is larger stays as it is.
 */
export function* gathered(pieces: readonly Buffer[], bytes: number): Generator<Buffer> {
  let held: Buffer[] = [];
  let size = 0;
  for (const piece of pieces) {
    if (size + piece.length > bytes) {
      yield* joined(held);
      held = [];
      size = 0;
    }
    held.push(piece);
    size += piece.length;
  }
  yield* joined(held);
}

const joined = (pieces: readonly Buffer[]): readonly Buffer[] =>
  pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
