/**
 * The relaxed canonical forms of RFC 6376 §3.4.2 (header) and §3.4.4 (body), on bytes: white space is SP and TAB and
 * nothing else, so no charset can be hurt. A lone LF counts as a line end, because it leaves as CRLF; a lone CR is content.
 */
import { createHash, type Hash, hash } from 'node:crypto';
import { gathered } from '../gathered.ts';
import type { HeaderField } from '../headers.ts';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const CHUNK_BYTES = 16_384;
/** One for all bodies: each is hashed in one go. */
const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);

/**
 * The next byte that may not stay as it is: a tab, a space before white space, a CR or LF that is not a line end with the
 * content of the next line right behind it. What a piece ends with depends on the next one. Most mail holds few of these.
 */
const unsettled = /\t| (?=[ \t\r\n]|$)|\r(?!\n[^ \t\r\n])|(?<!\r)\n/g;

/**
 * Hashes while it reads: spaces and line ends are held back until it is known that they count, so nothing is read twice
 * and the body is never in memory a second time.
 */
class RelaxedBodyHash {
  /** Of the full chunks before this one. */
  #before: Hash | undefined;
  #used = 0;
  #lineEnds = 0;
  #heldSpace = false;
  #heldReturn = false;
  #isEmpty = true;

  update(piece: Buffer): void {
    const text = piece.toString('latin1');
    let at = 0;
    while (at < piece.length) {
      if (!this.#holds()) {
        unsettled.lastIndex = at;
        const next = unsettled.exec(text)?.index ?? piece.length;
        this.#putRun(piece.subarray(at, next));
        at = next;
      }
      if (at < piece.length) this.#step(piece[at++] as number);
    }
  }

  digest(): string {
    if (this.#heldReturn) this.#content(CR);
    // §3.4.4: a body that is not empty ends with exactly one CRLF, also when it came without one.
    if (!this.#isEmpty) this.#putLineEnds(1);
    const last = chunk.subarray(0, this.#used);
    return this.#before?.update(last).digest('base64') ?? hash('sha256', last, 'base64');
  }

  #holds(): boolean {
    return this.#heldSpace || this.#heldReturn || this.#lineEnds > 0 || this.#isEmpty;
  }

  #step(byte: number): void {
    if (byte === LF) {
      this.#heldReturn = false;
      this.#heldSpace = false;
      this.#lineEnds++;
      return;
    }
    if (this.#heldReturn) this.#content(CR);
    this.#heldReturn = byte === CR;
    if (byte === SPACE || byte === TAB) this.#heldSpace = true;
    else if (byte !== CR) this.#content(byte);
  }

  /** What was held back counts after all: something stands behind it. */
  #content(byte: number): void {
    this.#putLineEnds(this.#lineEnds);
    this.#lineEnds = 0;
    if (this.#heldSpace) this.#put(SPACE);
    this.#heldSpace = false;
    this.#isEmpty = false;
    this.#put(byte);
  }

  #putLineEnds(count: number): void {
    for (let done = 0; done < count; done++) {
      this.#put(CR);
      this.#put(LF);
    }
  }

  #put(byte: number): void {
    if (this.#used === CHUNK_BYTES) this.#flush();
    chunk[this.#used++] = byte;
  }

  #putRun(bytes: Buffer): void {
    if (this.#used + bytes.length > CHUNK_BYTES) this.#flush();
    if (bytes.length > CHUNK_BYTES) this.#add(bytes);
    else this.#used += bytes.copy(chunk, this.#used);
  }

  #flush(): void {
    this.#add(chunk.subarray(0, this.#used));
    this.#used = 0;
  }

  #add(bytes: Buffer): void {
    this.#before ??= createHash('sha256');
    this.#before.update(bytes);
  }
}

/** The `bh=` of a body in pieces: SHA-256 of its relaxed form in base64. RFC 6376 §3.4.4, §3.7. */
export function bodyHash(pieces: readonly Buffer[]): string {
  const relaxed = new RelaxedBodyHash();
  for (const piece of gathered(pieces, CHUNK_BYTES)) relaxed.update(piece);
  return relaxed.digest();
}

const uneven = /[\t\r\n]| {2}/;

/** The relaxed form of a field without its line end, one character per byte. RFC 6376 §3.4.2. */
export function relaxedField(field: HeaderField): string {
  const raw = field.raw.toString('latin1');
  const end = raw.endsWith('\r\n') ? raw.length - 2 : raw.length;
  const written = raw.slice(raw.indexOf(':') + 1, end);
  const value = uneven.test(written) ? written.replace(/\r?\n/g, '').replace(/[ \t]+/g, ' ') : written;
  const from = value.startsWith(' ') ? 1 : 0;
  const to = value.endsWith(' ') ? value.length - 1 : value.length;
  return `${field.key}:${value.slice(from, Math.max(from, to))}`;
}
