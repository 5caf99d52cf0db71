import { LineRepair } from '@waybill/mail/body/line-repair';
import type { BareLineEndings } from '@waybill/relay/account';

/**
 * Reads the bytes after DATA. Only CRLF.CRLF ends a message, and a dot is un-stuffed only after CRLF (RFC 5321 §4.1.1.4, §4.5.2). A reader
 * that accepts another end sees other messages than the next server, which is SMTP smuggling. A bare CR, bare LF or NUL (§2.3.8) makes the
 * message invalid. It is read to its true end, so that no part of it is run as a command. For an account that repairs line endings, each
 * bare CR and LF becomes CRLF; it never ends a message and un-stuffs no dot.
 */
export type Received = {
  /** `undefined`: the message is invalid or too large, and nothing of it was stored. */
  readonly bytes: Buffer | undefined;
  /** Bytes without the stuffed dots, RFC 1870 §5. */
  readonly size: number;
  readonly hasBareLineEnding: boolean;
  /** Bare CRs and LFs were made CRLF. */
  readonly isRepaired: boolean;
  readonly isTooLarge: boolean;
};

const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;
const NUL = 0x00;

const states = { lineStart: 0, inLine: 1, afterCr: 2, dot: 3, dotCr: 4 } as const;
type State = (typeof states)[keyof typeof states];

const fates = { keep: 0, drop: 1, end: 2 } as const;
type Fate = (typeof fates)[keyof typeof fates];

/** Finds the next special byte: a CR or LF that may be bare, a NUL, or the end of a line before a dot. */
const unsettled = /\r(?!\n)|(?<!\r)\n|\0|\n(?=\.)/g;

/** To look at this many bytes costs as much as to start a search. Without it a message of LFs costs ten times as much. */
const NEAR_BYTES = 16;

/** The index of the next special byte, or the length of the text. `at` is in a line or at its start. */
function nextUnsettled(text: string, at: number): number {
  const far = Math.min(at + NEAR_BYTES, text.length);
  let near = at;
  for (; near < far; near++) {
    const byte = text.charCodeAt(near);
    if (byte === LF || byte === NUL) return near;
    // What a CR means depends on the bytes behind it: the search knows.
    if (byte === CR) break;
  }
  unsettled.lastIndex = near;
  return unsettled.exec(text)?.index ?? text.length;
}

// A client that sends byte by byte must not cost a Buffer per byte.
const SMALL_BYTES = 4_096;
const TAIL_BYTES = 65_536;

export type MessageRules = { readonly maxBytes: number; readonly bareLineEndings: BareLineEndings };

export class DataReader {
  readonly #maxBytes: number;
  readonly #repair: LineRepair | undefined;
  #state: State = states.lineStart;
  #size = 0;
  #hasBareLineEnding = false;
  #hasNul = false;
  #stored: Buffer[] = [];
  #tail = Buffer.alloc(0);
  #tailLength = 0;

  constructor({ maxBytes, bareLineEndings }: MessageRules) {
    this.#maxBytes = maxBytes;
    this.#repair = bareLineEndings === 'repair' ? new LineRepair() : undefined;
  }

  /** Reads a chunk, which it may overwrite. Returns the bytes after the end of the message once the end has come. */
  feed(chunk: Buffer): Buffer | undefined {
    const text = chunk.toString('latin1');
    let from = 0;
    let kept = 0;
    let at = 0;
    while (at < chunk.length) {
      const end = this.#endOfRun(text, at);
      if (kept < at) chunk.copyWithin(kept, at, end);
      kept += end - at;
      at = end;
      if (at === chunk.length) break;
      const byte = chunk[at] as number;
      const before = this.#state;
      const fate = this.#step(byte);
      at += 1;
      if (fate === fates.end) {
        this.#store(chunk.subarray(from, kept));
        return chunk.subarray(at);
      }
      if (before === states.dotCr) {
        // The CR behind the dot did not belong to the end of the message.
        this.#store(chunk.subarray(from, kept));
        this.#repair?.addReturn();
        from = kept;
      }
      chunk[kept] = byte;
      kept += Number(fate === fates.keep);
    }
    this.#store(chunk.subarray(from, kept));
    return undefined;
  }

  /** Bytes from `at` on that are stored unchanged. Most of a message is one run, and a search for its end costs a tenth of single steps. */
  #endOfRun(text: string, at: number): number {
    const isInLine = this.#state === states.inLine || (this.#state === states.lineStart && text[at] !== '.');
    if (!isInLine) return at;
    const found = nextUnsettled(text, at);
    // The run ends after the end of a line before a dot.
    const end = text[found] === '\n' && text[found - 1] === '\r' ? found + 1 : found;
    if (end > at) this.#state = text[end - 1] === '\n' ? states.lineStart : states.inLine;
    return end;
  }

  received(): Received {
    const isTooLarge = this.#isTooLarge();
    const isKept = !isTooLarge && !this.#isSpoilt();
    return {
      bytes: isKept ? this.#joined() : undefined,
      size: this.#size,
      hasBareLineEnding: this.#hasBareLineEnding || this.#hasNul,
      isRepaired: isKept && this.#hasBareLineEnding,
      isTooLarge,
    };
  }

  /** A NUL is never repaired, because the intended byte is unknown. */
  #isSpoilt(): boolean {
    return this.#hasNul || (this.#hasBareLineEnding && !this.#repair);
  }

  #isTooLarge(): boolean {
    return this.#size > this.#maxBytes;
  }

  #step(byte: number): Fate {
    const before = this.#state;
    this.#state = this.#next(byte);
    if (before === states.dotCr && this.#state === states.lineStart) return fates.end;
    return this.#state >= states.dot ? fates.drop : fates.keep;
  }

  #next(byte: number): State {
    switch (this.#state) {
      case states.lineStart:
        return byte === DOT ? states.dot : this.#inLine(byte);
      case states.inLine:
        return this.#inLine(byte);
      case states.afterCr:
        if (byte === LF) return states.lineStart;
        return this.#afterBareCr(byte);
      case states.dot:
        return byte === CR ? states.dotCr : this.#inLine(byte);
      case states.dotCr:
        if (byte === LF) return states.lineStart;
        return this.#afterBareCr(byte);
    }
  }

  #inLine(byte: number): State {
    if (byte === CR) return states.afterCr;
    if (byte === LF) this.#hasBareLineEnding = true;
    if (byte === NUL) this.#hasNul = true;
    return states.inLine;
  }

  #afterBareCr(byte: number): State {
    this.#hasBareLineEnding = true;
    return this.#inLine(byte);
  }

  #store(unstuffed: Buffer): void {
    const bytes = this.#repair?.push(unstuffed) ?? unstuffed;
    this.#size += bytes.length;
    if (this.#isTooLarge() || this.#isSpoilt()) {
      this.#stored = [];
      this.#tailLength = 0;
      return;
    }
    if (bytes.length >= SMALL_BYTES || (this.#stored.length === 0 && this.#tailLength === 0)) {
      this.#closeTail();
      if (bytes.length > 0) this.#stored.push(bytes);
      return;
    }
    if (this.#tailLength + bytes.length > this.#tail.length) {
      this.#closeTail();
      this.#tail = Buffer.allocUnsafe(Math.min(TAIL_BYTES, Math.max(SMALL_BYTES, this.#size)));
    }
    this.#tailLength += bytes.copy(this.#tail, this.#tailLength);
  }

  #closeTail(): void {
    if (this.#tailLength > 0) this.#stored.push(this.#tail.subarray(0, this.#tailLength));
    this.#tail = this.#tail.subarray(this.#tailLength);
    this.#tailLength = 0;
  }

  #joined(): Buffer {
    this.#closeTail();
    const [only] = this.#stored;
    return only !== undefined && this.#stored.length === 1 ? only : Buffer.concat(this.#stored);
  }
}
