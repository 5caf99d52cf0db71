/** Bare CRs and LFs as CRLF, in the pieces in which the bytes arrive. RFC 5321 §2.3.8. */

const CR = 0x0d;
const LF = 0x0a;

/** Of CRs in a row that may still belong to one LF. More are lone ones: they are written, so that they count as bytes of the message. */
const MAX_RETURNS = 1_024;

const bare = /\r(?!\n)|(?<!\r)\n/;

/**
 * CRLF, a doubled CR (CRCRLF), LFCR, a lone CR and a lone LF each end one line. What a piece ends with may depend on the next one;
 * a message ends with CRLF, so nothing is left over behind it.
 */
export class LineRepair {
  /** CRs that have come and are not written yet: they may belong to an LF. */
  #returns = 0;
  /** The line before them ended with a lone LF, of which the first of them may be a part. */
  #isBehindLoneLf = false;

  /** The same buffer when there is nothing to repair. */
  push(piece: Buffer): Buffer {
    if (this.#returns === 0 && !this.#isBehindLoneLf && !bare.test(piece.toString('latin1'))) return piece;
    const made = Buffer.allocUnsafe(2 * (piece.length + this.#returns));
    let length = 0;
    const endLines = (count: number): void => {
      for (let done = 0; done < count; done += 1) {
        made[length] = CR;
        made[length + 1] = LF;
        length += 2;
      }
    };
    // By index: an iterator costs twice as much, and a hostile message is all line ends.
    for (let at = 0; at < piece.length; at += 1) {
      const byte = piece[at] as number;
      if (byte === CR) endLines(this.#addCr());
      else if (byte === LF) endLines(this.#endLine());
      else {
        endLines(this.#loneReturns());
        made[length] = byte;
        length += 1;
      }
    }
    return Buffer.from(made.subarray(0, length));
  }

  /** A CR that stands alone where the bytes before and behind it are pushed apart. */
  addReturn(): void {
    this.#returns += 1;
  }

  #addCr(): number {
    this.addReturn();
    return this.#returns < MAX_RETURNS ? 0 : this.#loneReturns();
  }

  #endLine(): number {
    this.#isBehindLoneLf = this.#returns === 0;
    this.#returns = 0;
    return 1;
  }

  #loneReturns(): number {
    const count = this.#returns - (this.#returns > 0 && this.#isBehindLoneLf ? 1 : 0);
    this.#returns = 0;
    this.#isBehindLoneLf = false;
    return count;
  }
}
