/** Quoted-printable bodies, decoded with a map back to their lines. RFC 2045 §6.7. */

import type { BodySpan } from './body-edit.ts';

/** Where each line of the source begins, and how many bytes had been decoded there. */
export type QuotedPrintableBody = {
  readonly bytes: Buffer;
  readonly lineStarts: readonly number[];
  readonly decodedBefore: readonly number[];
};

const LF = 0x0a;
const CR = 0x0d;
const EQUALS = 0x3d;
const SPACE = 0x20;
const TAB = 0x09;

const hexValues = new Int8Array(256).fill(-1);
for (const [value, char] of [...'0123456789ABCDEF'].entries()) {
  hexValues[char.charCodeAt(0)] = value;
  // RFC 2045 §6.7 note 2: lower case is not allowed, and robust readers take it.
  hexValues[char.toLowerCase().charCodeAt(0)] = value;
}

/** The byte of an escape at `at`, or -1 when it is none and stands for itself. */
export const escapeAt = (source: Buffer, at: number, end: number): number => {
  if (source[at] !== EQUALS || at + 2 >= end) return -1;
  const high = hexValues[source[at + 1] ?? 0] ?? -1;
  const low = hexValues[source[at + 2] ?? 0] ?? -1;
  return high < 0 || low < 0 ? -1 : high * 16 + low;
};

/** A line of quoted-printable text, as byte offsets in the source. RFC 2045 §6.7. */
export type Line = {
  /** Behind the last byte that stands for something: no transport padding, no soft line break. */
  readonly contentEnd: number;
  /** Where the line end begins, and where the next line does. */
  readonly end: number;
  readonly next: number;
  readonly soft: boolean;
};

const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/** The line that begins at `start`, when it is known where the next one does. */
export const lineBetween = (source: Buffer, start: number, next: number): Line => {
  let end = next > start && source[next - 1] === LF ? next - 1 : next;
  if (end < next && end > start && source[end - 1] === CR) end--;
  let contentEnd = end;
  // RFC 2045 §6.7 rule 3: white space at the end of a line was added on the way.
  while (contentEnd > start && isBlank(source[contentEnd - 1])) contentEnd--;
  const soft = contentEnd > start && source[contentEnd - 1] === EQUALS;
  return { contentEnd: soft ? contentEnd - 1 : contentEnd, end, next, soft };
};

/** The line that begins at byte offset `start`. */
export const lineAt = ({ source, end }: BodySpan, start: number): Line => {
  const lf = source.indexOf(LF, start);
  return lineBetween(source, start, lf !== -1 && lf < end ? lf + 1 : end);
};

/** Decodes into `out` and answers where it stopped. An `=` that escapes nothing stands for itself, as readers show it. */
const decodeSpan = (
  source: Buffer,
  span: { start: number; end: number },
  out: { bytes: Buffer; at: number },
) => {
  const { bytes } = out;
  let to = out.at;
  for (let at = span.start; at < span.end; at++) {
    const byte = source[at] ?? 0;
    const escaped = byte === EQUALS ? escapeAt(source, at, span.end) : -1;
    if (escaped >= 0) at += 2;
    bytes[to++] = escaped >= 0 ? escaped : byte;
  }
  out.at = to;
};

/** Never fails: what is not quoted-printable stands for itself. */
export function decodeQuotedPrintable(body: BodySpan): QuotedPrintableBody {
  const { source } = body;
  const out = { bytes: Buffer.allocUnsafe(body.end - body.start), at: 0 };
  const lineStarts: number[] = [];
  const decodedBefore: number[] = [];
  for (let at = body.start; at < body.end; ) {
    const line = lineAt(body, at);
    lineStarts.push(at);
    decodedBefore.push(out.at);
    decodeSpan(source, { start: at, end: line.contentEnd }, out);
    if (!line.soft) out.at += source.copy(out.bytes, out.at, line.end, line.next);
    at = line.next;
  }
  return { bytes: out.bytes.subarray(0, out.at), lineStarts, decodedBefore };
}
