import { printable } from '../smtp-reply.ts';

/** RFC 5321 §4.5.3.1.5: a reply line has at most 512 bytes, code and CRLF included. */
const MAX_TEXT_BYTES = 506;

/** A reply on the wire: a hyphen after the code on every line but the last. RFC 5321 §4.2.1. */
export function replyLines(code: number, lines: readonly string[]): string {
  const last = lines.length - 1;
  return lines
    .map((line, index) => `${code}${index < last ? '-' : ' '}${printable(line, MAX_TEXT_BYTES)}\r\n`)
    .join('');
}
