/** A message as the bytes of DATA: dots stuffed (RFC 5321 §4.5.2), nothing else touched. */
import { isAscii } from 'node:buffer';
import { gathered } from '@waybill/mail/gathered';

/** A message as it follows DATA. RFC 5321 §4.5.2. */
export type DataBytes = {
  /** In order, with stuffed dots, without the final dot. */
  readonly chunks: readonly Buffer[];
  /** CRLF where the message lacks one, then the dot. §4.1.1.4. */
  readonly end: Buffer;
  /** Bytes of the message itself, for SIZE=. RFC 1870. */
  readonly size: number;
  readonly eightBit: boolean;
  /** A CR or LF that stands alone: some receivers take it for a line end and read the rest as commands. §2.3.8. */
  readonly bareLineBreak: boolean;
};

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
/** What is looked at in one go. */
const CHUNK_BYTES = 16_384;
const endAfterLine = Buffer.from('.\r\n');
const endInsideLine = Buffer.from('\r\n.\r\n');

type Scan = { readonly chunks: Buffer[]; previous: number; bareLineBreak: boolean };

/** The piece with one more dot before each of its `dots` that begin a line. One copy: a message may be all dots. */
function stuffed(piece: Buffer, before: number, dots: number): Buffer {
  const bytes = Buffer.allocUnsafe(piece.length + dots);
  let previous = before;
  let from = 0;
  let to = 0;
  for (let at = 0; at < piece.length; at += 1) {
    if (piece[at] === DOT && previous === LF) {
      to += piece.copy(bytes, to, from, at);
      bytes[to] = DOT;
      to += 1;
      from = at;
    }
    previous = piece[at] as number;
  }
  piece.copy(bytes, to, from);
  return bytes;
}

/** After the first byte of a piece: a bare CR or LF. A CR at the end of a piece is checked with the next piece. */
const bare = /\r(?!\n|$)|(?<!\r)(?!^)\n/;

const dotAfterLine = Buffer.from('\n.');

function dotsIn(piece: Buffer, before: number): number {
  let dots = before === LF && piece[0] === DOT ? 1 : 0;
  for (let at = piece.indexOf(dotAfterLine); at !== -1; at = piece.indexOf(dotAfterLine, at + 1)) dots += 1;
  return dots;
}

function scanPiece(scan: Scan, piece: Buffer): void {
  if (piece.length === 0) return;
  if ((piece[0] === LF) !== (scan.previous === CR) || bare.test(piece.toString('latin1')))
    scan.bareLineBreak = true;
  const dots = dotsIn(piece, scan.previous);
  scan.chunks.push(dots === 0 ? piece : stuffed(piece, scan.previous, dots));
  scan.previous = piece[piece.length - 1] as number;
}

/** Doubles leading dots and writes line ends as CRLF. RFC 5321 §4.5.2. */
export function dataBytes(pieces: readonly Buffer[]): DataBytes {
  // The first byte begins a line.
  const scan: Scan = { chunks: [], previous: LF, bareLineBreak: false };
  let size = 0;
  let eightBit = false;
  for (const piece of gathered(pieces, CHUNK_BYTES)) {
    scanPiece(scan, piece);
    size += piece.length;
    eightBit ||= !isAscii(piece);
  }
  return {
    chunks: scan.chunks,
    end: scan.previous === LF ? endAfterLine : endInsideLine,
    size,
    eightBit,
    bareLineBreak: scan.bareLineBreak || scan.previous === CR,
  };
}
