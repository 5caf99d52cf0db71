/**
 * Neighbours put together as long as `bytes` holds them: to look at a piece by itself costs more than to copy it, and a message with
 * thousands of links has thousands. What is larger stays as it is.
 */
export function* gathered(pieces: readonly Buffer[], bytes: number): Generator<Buffer> {
  let held: Buffer[] = [];
  let octets = 0;
  for (const piece of pieces) {
    if (octets + piece.length > bytes) {
      yield* joined(held);
      held = [];
      octets = 0;
    }
    held.push(piece);
    octets += piece.length;
  }
  yield* joined(held);
}

const joined = (pieces: readonly Buffer[]): readonly Buffer[] =>
  pieces.length > 1 ? [Buffer.concat(pieces)] : pieces;
