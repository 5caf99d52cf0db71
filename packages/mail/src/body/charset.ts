/**
 * A view of text bytes in which ASCII structure can be found without decoding everything.
 * One character of the view stands for one byte (or two, in UTF-16), so offsets are exact in both directions.
 */

/** A body as text that can be searched. */
export type ScanView = {
  /** Characters to search. Bytes that only look like ASCII are masked by U+0080. */
  readonly text: string;
  /** Bytes per character of the view. */
  readonly unit: 1 | 2;
  /** Bytes before the first character: a UTF-16 byte order mark. */
  readonly base: number;
  /** A name that TextDecoder knows, or one of our own below. */
  readonly charset: string;
  readonly bytes: Buffer;
};

/** Encodings (by the names of the WHATWG Encoding Standard) in which an byte of HTML's syntax is never part of another character. */
const SUPERSETS =
  /^(utf-8|gbk|gb18030|big5|euc-jp|euc-kr|shift_jis|ibm866|macintosh|x-mac-cyrillic|koi8-[ru]|windows-\d+|iso-8859-\d+(-i)?)$/;

/** Supersets of ASCII that TextDecoder has no table for: structure is sure, but only ASCII targets can be read. */
const UNREAD_SUPERSETS =
  /^(cp|ibm-?)(437|737|775|85[0257808]|86[0-5]|869)$|^x-mac-(roman|ce|turkish|greek|icelandic|croatian|romanian)$/;

const ALIASES: Readonly<Record<string, string>> = {
  '': 'us-ascii',
  ascii: 'us-ascii',
  'ansi_x3.4-1968': 'us-ascii',
  'iso646-us': 'us-ascii',
  '646': 'us-ascii',
  utf8mb4: 'utf-8',
  cp936: 'gbk',
  ms936: 'gbk',
  'windows-936': 'gbk',
  cp949: 'euc-kr',
  ms949: 'euc-kr',
  cp950: 'big5',
  'windows-950': 'big5',
  cp932: 'shift_jis',
  cp51932: 'euc-jp',
  'utf-16-le': 'utf-16le',
  'utf-16-be': 'utf-16be',
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  cp50220: 'iso-2022-jp',
  cp50221: 'iso-2022-jp',
};

const canonicalNames = new Map<string, string>();

const lookUp = (label: string): string => {
  if (label === 'us-ascii' || label === 'utf-16' || label === 'iso-2022-kr') return label;
  if (UNREAD_SUPERSETS.test(label)) return 'unread-superset';
  try {
    return new TextDecoder(label).encoding;
  } catch {
    // TextDecoder throws for an unknown label.
    return 'unknown';
  }
};

/** Labels are many in a hostile stream; only short ones are worth remembering, and not without end. */
const MAX_REMEMBERED = 500;

const canonicalName = (charset: string | undefined): string => {
  // Single quotes are no quotes in MIME (RFC 2045 §5.1), but some senders think they are.
  const label = (charset ?? '')
    .trim()
    .toLowerCase()
    .replace(/^['"]|['"]$/g, '');
  const known = canonicalNames.get(label);
  if (known !== undefined) return known;
  const name = label.length > 40 ? 'unknown' : lookUp(ALIASES[label] ?? label);
  if (canonicalNames.size < MAX_REMEMBERED && label.length <= 40) canonicalNames.set(label, name);
  return name;
};

const MASK = '\x80';
const mask = (run: string): string => MASK.repeat(run.length);

/** RFC 1468 and its kin: between an escape to a two-byte or kana set and the escape back, bytes are not ASCII. */
const ESCAPE = '\u001b';
const ISO_2022_JP_SHIFTED = new RegExp(`${ESCAPE}(?:\\$[@AB]|\\$\\([@A-D]|\\(I|\\.[AF])[^${ESCAPE}]*`, 'g');
/** RFC 1557: between SO and SI. */
const SHIFT_OUT = '\u000e';
const SHIFT_IN = '\u000f';
const ISO_2022_KR_SHIFTED = new RegExp(`${SHIFT_OUT}[^${SHIFT_IN}]*`, 'g');

const maskedText = (bytes: Buffer, shifted: RegExp): string =>
  bytes.toString('latin1').replace(shifted, mask);

const utf16Orders: Readonly<Record<string, 'utf-16le' | 'utf-16be'>> = {
  'utf-16le': 'utf-16le',
  'utf-16be': 'utf-16be',
};

/** RFC 2781 §4.3: the byte order mark decides; without one, where the zero bytes of ASCII characters stand. */
const unmarkedUtf16 = (bytes: Buffer): 'utf-16le' | 'utf-16be' => {
  let even = 0;
  let odd = 0;
  for (let at = 0; at < Math.min(bytes.length, 1024); at++) {
    if (bytes[at] === 0 && at % 2 === 0) even++;
    else if (bytes[at] === 0) odd++;
  }
  return odd > even ? 'utf-16le' : 'utf-16be';
};

const markedUtf16 = (bytes: Buffer): 'utf-16le' | 'utf-16be' | undefined => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
};

const utf16View = (bytes: Buffer, label: string): ScanView => {
  const marked = markedUtf16(bytes);
  const charset = marked ?? (label === 'utf-16' ? unmarkedUtf16(bytes) : utf16Orders[label]) ?? 'utf-16le';
  const base = marked ? 2 : 0;
  const whole = bytes.subarray(base, bytes.length - ((bytes.length - base) % 2));
  const little = charset === 'utf-16le' ? whole : Buffer.from(whole).swap16();
  return { text: little.toString('utf16le'), unit: 2, base, charset, bytes };
};

const byteView = (bytes: Buffer, charset: string, text: string): ScanView => ({
  text,
  unit: 1,
  base: 0,
  charset,
  bytes,
});

/**
 * A view of the bytes in their charset; `undefined` when ASCII structure in it cannot be trusted
 * (UTF-7, HZ, EBCDIC, unknown charsets).
 */
export function scanView(bytes: Buffer, charset: string | undefined): ScanView | undefined {
  const stated = canonicalName(charset);
  // Seven-bit text with escapes in it is ISO 2022, whatever it forgot to say: readers find that out, so must we.
  const name = stated === 'us-ascii' && bytes.includes(ESCAPE) ? 'iso-2022-jp' : stated;
  if (name.startsWith('utf-16')) return utf16View(bytes, name);
  if (name === 'iso-2022-jp') return byteView(bytes, name, maskedText(bytes, ISO_2022_JP_SHIFTED));
  if (name === 'iso-2022-kr') return byteView(bytes, name, maskedText(bytes, ISO_2022_KR_SHIFTED));
  if (name === 'us-ascii' || name === 'unread-superset' || SUPERSETS.test(name)) {
    return byteView(bytes, name, bytes.toString('latin1'));
  }
  return undefined;
}

/** Offset among the bytes of a character of the view. */
export const byteAt = (view: ScanView, index: number): number => view.base + index * view.unit;

const decoders = new Map<string, InstanceType<typeof TextDecoder>>();

const decoderOf = (charset: string) => {
  if (charset === 'unread-superset' || charset === 'iso-2022-kr') return undefined;
  const known = decoders.get(charset);
  if (known) return known;
  // Bytes over 127 in text that calls itself ASCII are UTF-8 more often than anything else.
  const decoder = new TextDecoder(charset === 'us-ascii' ? 'utf-8' : charset, {
    fatal: true,
    ignoreBOM: true,
  });
  decoders.set(charset, decoder);
  return decoder;
};

const PLAIN_ASCII = /^[ -~\s]*$/;

/** The characters [start, end) of the view as Unicode; `undefined` when they are not valid in their charset. */
export function unicodeOf(view: ScanView, start: number, end: number): string | undefined {
  const slice = view.text.slice(start, end);
  if (view.unit === 2 || PLAIN_ASCII.test(slice)) return slice;
  try {
    return decoderOf(view.charset)?.decode(view.bytes.subarray(byteAt(view, start), byteAt(view, end)));
  } catch {
    // Fatal decoding throws on invalid bytes, so the target is unknown.
    return undefined;
  }
}

/** ASCII text as bytes of the view's charset. */
export const encodeAscii = (view: ScanView, text: string): Buffer => {
  if (view.unit === 1) return Buffer.from(text, 'latin1');
  const bytes = Buffer.from(text, 'utf16le');
  return view.charset === 'utf-16be' ? bytes.swap16() : bytes;
};

/** Whether ASCII may be put at this place: not inside a shifted run, nor behind one that is never ended. */
export const takesAscii = (view: ScanView, index: number): boolean =>
  view.charset.startsWith('iso-2022') ? view.text[index - 1] !== MASK : true;
