/**
 * Text written by other servers and by senders, made safe to read: control characters, which move a cursor or colour a terminal, and
 * characters that turn or hide text show as what they are. Unicode UAX #9, UTS #55.
 */
const hidden = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2028\u2029\u2060-\u2069\ufeff]/gu;
const PICTURES = 0x2400;

const shown = (letter: string): string => {
  if (letter === '\n' || letter === '\t') return letter;
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCodePoint(PICTURES + code);
  if (code === 0x7f) return '␡';
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
};

/** CRLF reads as a line end; every other control character is shown. */
export const visible = (text: string): string => text.replaceAll('\r\n', '\n').replace(hidden, shown);
