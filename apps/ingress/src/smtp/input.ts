import { SMTPStream } from 'smtp-server/lib/smtp-stream.js';
import { DataReader, type MessageRules, type Received } from './data-reader.ts';

/**
 * Replaces smtp-server's parser of the incoming bytes. That parser ends a command at a bare LF (against RFC 5321 §2.3.8), un-stuffs dots
 * after a bare LF, closes on a long line, and runs an unfinished last line. Here only CRLF ends a command. A command with a bare LF inside
 * gets one reply, so that client and server agree on the number of commands.
 */
export type BadLine = 'bare' | 'long' | 'flood';

export const badLineReplies: Readonly<Record<BadLine, readonly [code: number, text: string]>> = {
  flood: [421, '4.7.0 Line too long, closing connection'],
  long: [500, '5.5.6 Line too long'],
  bare: [500, '5.5.2 Lines end with CRLF and hold no other CR, LF or NUL'],
};

// RFC 4954 §4: an AUTH line may have 12,288 bytes; everything else is shorter (RFC 5321 §4.5.3.1.4).
const MAX_LINE_BYTES = 12_288;
// A line of this length is an attack.
const MAX_DISCARDED_BYTES = 1_048_576;
// Pipelined commands handled before other connections get their turn.
const COMMANDS_AT_A_STRETCH = 10;

const CR = 0x0d;
const LF = 0x0a;
const hasBare = (line: Buffer): boolean => line.includes(CR) || line.includes(LF) || line.includes(0);
// A client whose lines end in a bare LF waits for the reply. The rest of its line would have come before this time.
const LONE_LF_MS = 100;

type Next = (error?: Error | null) => void;

export class Input extends SMTPStream {
  onBadLine: (kind: BadLine, next: () => void) => void = (_kind, next) => next();
  #partial: Buffer[] = [];
  #partialLength = 0;
  /** The last byte of the unfinished line, also after its bytes were dropped. */
  #lastByte: number | undefined;
  #loneLf: NodeJS.Timeout | undefined;
  #handled = 0;
  #reader: DataReader | undefined;
  #onReceived: (received: Received) => void = () => undefined;
  #resume: (() => void) | undefined;

  /** Reads a message from here on. The bytes after it wait for `continue`. */
  startMessage(rules: MessageRules, onReceived: (received: Received) => void): void {
    this.#reader = new DataReader(rules);
    this.#onReceived = onReceived;
    this._dataMode = true;
  }

  override continue(): void {
    const resume = this.#resume;
    this.#resume = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding | 'buffer', next: Next): void {
    clearTimeout(this.#loneLf);
    if (this.isClosed || chunk.length === 0) next();
    else if (this.#reader === undefined) this.#readLines(chunk, next);
    else this.#readMessage(this.#reader, { chunk, next });
  }

  /** A command without its CRLF is not run. */
  override _flushData(): void {
    clearTimeout(this.#loneLf);
    this.#endAtLoneLf();
    this.#startLine();
  }

  #startLine(): void {
    this.#partial = [];
    this.#partialLength = 0;
    this.#lastByte = undefined;
  }

  #endAtLoneLf(): void {
    if (this.isClosed || this.#lastByte !== LF) return;
    this.#startLine();
    this.onBadLine('bare', () => undefined);
  }

  /** Offset of the LF of the next CRLF, or -1. */
  #lineEnd(rest: Buffer): number {
    let at = rest.indexOf(LF);
    while (at !== -1 && (at === 0 ? this.#lastByte : rest[at - 1]) !== CR) at = rest.indexOf(LF, at + 1);
    return at;
  }

  #readMessage(reader: DataReader, { chunk, next }: { chunk: Buffer; next: Next }): void {
    const rest = reader.feed(chunk);
    if (rest === undefined) {
      next();
      return;
    }
    this.#reader = undefined;
    this._dataMode = false;
    this.#resume = () => this._write(rest, 'buffer', next);
    this.#onReceived(reader.received());
  }

  #readLines(chunk: Buffer, next: Next): void {
    let rest = chunk;
    let isBusy = false;
    let isDone = false;
    // A handler may call back at once. A loop handles that, because recursion would overflow the stack with many pipelined commands.
    const takeLine = (): boolean => {
      const end = this.#isStopped() ? -1 : this.#lineEnd(rest);
      if (end < 0) return false;
      const line = rest.subarray(0, end);
      rest = rest.subarray(end + 1);
      this.#handled += 1;
      this.#dispatch(line, readOn);
      return true;
    };
    const readOn = (): void => {
      isDone = true;
      if (isBusy || this.#letOthers(readOn)) return;
      isBusy = true;
      let hasMore: boolean;
      do {
        isDone = false;
        hasMore = takeLine();
      } while (hasMore && isDone && this.#handled < COMMANDS_AT_A_STRETCH);
      isBusy = false;
      if (!hasMore) this.#stopLines(rest, next);
      else if (isDone) readOn();
    };
    readOn();
  }

  /** Handlers that reply within the same turn of the event loop would block all other connections. */
  #letOthers(readOn: () => void): boolean {
    if (this.#handled < COMMANDS_AT_A_STRETCH) return false;
    this.#handled = 0;
    setImmediate(readOn);
    return true;
  }

  #isStopped(): boolean {
    return this.isClosed || this.#reader !== undefined;
  }

  #stopLines(rest: Buffer, next: Next): void {
    if (this.isClosed) {
      next();
      return;
    }
    if (this.#reader !== undefined) {
      this._write(rest, 'buffer', next);
      return;
    }
    this.#keepPartial(rest);
    if (this.#partialLength > MAX_DISCARDED_BYTES) this.onBadLine('flood', next);
    else next();
  }

  #keepPartial(rest: Buffer): void {
    this.#partialLength += rest.length;
    this.#lastByte = rest.at(-1) ?? this.#lastByte;
    if (this.#partialLength > MAX_LINE_BYTES) this.#partial = [];
    else if (rest.length > 0) this.#partial.push(Buffer.from(rest));
    if (this.#lastByte === LF) this.#loneLf = setTimeout(() => this.#endAtLoneLf(), LONE_LF_MS).unref();
  }

  /** `end`: the rest of a line, up to its LF. */
  #dispatch(end: Buffer, readOn: () => void): void {
    const length = this.#partialLength + end.length;
    const whole = this.#partial.length === 0 ? end : Buffer.concat([...this.#partial, end]);
    this.#startLine();
    if (length > MAX_LINE_BYTES) this.onBadLine('long', readOn);
    else if (whole.at(-1) !== CR || hasBare(whole.subarray(0, -1))) this.onBadLine('bare', readOn);
    else this.oncommand(whole.subarray(0, -1), readOn);
  }
}
