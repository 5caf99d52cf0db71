/** Encoded words of RFC 2047: how header text beyond ASCII travels, and how a person reads it. */

// RFC 2231 §5 adds a language behind the charset. No part can hold a question mark or a space, so this runs in linear time.
const encodedWord = /=\?([\w.+:-]{1,40})(?:\*[\w-]{0,40})?\?([bq])\?([^?\s]*)\?=/gi;

const bytesOf = (encoding: string, payload: string): Buffer =>
  encoding.toLowerCase() === 'b' ? Buffer.from(payload, 'base64') : decodeQ(payload);

const decodeQ = (text: string): Buffer =>
  Buffer.from(
    text
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

/** The text of bytes; `undefined`: the charset is unknown. */
function decodeCharset(bytes: Buffer, charset: string): string | undefined {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // An unknown label throws RangeError; the word then stays as it was written. RFC 2047 §6.2.
    return undefined;
  }
}

/** Encoded words of one charset with nothing but white space between them, and the text in front. */
type Run = { readonly before: string; readonly charset: string; readonly bytes: Buffer[]; raw: string };

function runsOf(text: string): { runs: readonly Run[]; rest: string } {
  const runs: Run[] = [];
  let at = 0;
  for (const match of text.matchAll(encodedWord)) {
    const [raw, label = '', encoding = '', payload = ''] = match;
    const charset = label.toLowerCase();
    const bytes = bytesOf(encoding, payload);
    const gap = text.slice(at, match.index);
    const last = gap.trim() === '' ? runs.at(-1) : undefined;
    if (last?.charset === charset) {
      last.bytes.push(bytes);
      last.raw += gap + raw;
    } else runs.push({ before: last ? '' : gap, charset, bytes: [bytes], raw });
    at = match.index + raw.length;
  }
  return { runs, rest: text.slice(at) };
}

// Many senders cut a character in two between words, which §5 forbids; joined bytes heal it.
const textOf = ({ before, charset, bytes, raw }: Run): string =>
  before + (decodeCharset(Buffer.concat(bytes), charset) ?? raw);

/** Header text must stay on one line wherever it is shown: an encoded line break is an attack, not a message. */
const onOneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');

/**
 * Header text for people: encoded words decoded, white space between two of them dropped (§6.2), control characters made
 * spaces. Never parse addresses in what comes out: decode after parsing.
 */
export function decodeWords(text: string): string {
  if (!text.includes('=?')) return onOneLine(text);
  const { runs, rest } = runsOf(text);
  return onOneLine(runs.map(textOf).join('') + rest);
}

/**
 * The text behind bytes in latin1 form, as `fieldValue` gives them: UTF-8 (RFC 6532 §3.1), and U+FFFD for what is not.
 * Text that already has characters beyond one byte is left alone.
 */
export function textOfBytes(value: string): string {
  if (/^[\0-\x7f]*$/.test(value) || /[^\0-\xff]/.test(value)) return value;
  return Buffer.from(value, 'latin1').toString('utf8');
}

/** A header value as `fieldValue` gives it, for people: the subject of a preview, a display name. */
export const decodeHeaderText = (value: string): string => decodeWords(textOfBytes(value));

// §2: an encoded word has at most 75 characters, a line with one at most 76, and the field name stands before the first.
const MAX_LINE = 76;
const MAX_FIRST_LINE = 64;
/** A multiple of four, so that base64 fills it. */
const PAYLOAD_LETTERS = 52;

const qCode = (byte: number): string => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;

/** Only what §5(3) allows inside a phrase, so that one form serves subjects and display names. */
function encodeQ(text: string): string {
  let encoded = '';
  for (const byte of Buffer.from(text)) {
    const letter = String.fromCharCode(byte);
    if (byte === 0x20) encoded += '_';
    else encoded += /[A-Za-z0-9!*+/-]/.test(letter) ? letter : qCode(byte);
  }
  return encoded;
}

/** The text in encoded words of UTF-8, no character cut in two, folded between words. Q or B, whichever is shorter. */
export function encodeWords(given: string): string {
  const text = onOneLine(given.toWellFormed());
  const isShorterInQ = encodeQ(text).length <= Math.ceil(Buffer.byteLength(text) / 3) * 4;
  const encode = isShorterInQ ? encodeQ : (part: string) => Buffer.from(part).toString('base64');
  const costOf = isShorterInQ ? (character: string) => encodeQ(character).length : Buffer.byteLength;
  const room = isShorterInQ ? PAYLOAD_LETTERS : (PAYLOAD_LETTERS / 4) * 3;
  const words: string[] = [];
  let part = '';
  let used = 0;
  for (const character of text) {
    const cost = costOf(character);
    if (used + cost > room) {
      words.push(part);
      part = '';
      used = 0;
    }
    part += character;
    used += cost;
  }
  words.push(part);
  return words.map((word) => `=?utf-8?${isShorterInQ ? 'q' : 'b'}?${encode(word)}?=`).join('\r\n ');
}

/** Breaks before a space once a line is long enough. RFC 5322 §2.2.3. */
export function foldAtSpaces(text: string): string {
  let folded = '';
  let column = 0;
  for (const word of text.split(/(?= [^ ])/)) {
    const fits = column === 0 || column + word.length <= MAX_FIRST_LINE;
    folded += fits ? word : `\r\n${word}`;
    column = fits ? column + word.length : word.length;
  }
  return folded;
}

/**
 * Unstructured text as a header value for `makeField`: ASCII as it is, everything else in encoded words, both folded.
 * What could be taken for an encoded word or is too long to fold is encoded too; line breaks become spaces.
 */
export function encodeHeaderText(text: string): string {
  const isPlain = /^[ -~]*$/.test(text) && !text.includes('=?') && !/^ | $/.test(text);
  if (!isPlain || text.split(' ').some((word) => word.length > MAX_LINE)) return encodeWords(text);
  return foldAtSpaces(text);
}
