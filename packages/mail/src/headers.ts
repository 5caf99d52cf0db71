/** The header block of a message as fields with byte offsets. Nothing is decoded or repaired. RFC 5322 §2.2. */

/** A header field with its bytes. RFC 5322 §2.2. */
export type HeaderField = {
  /** The name as written, without the colon. */
  readonly name: string;
  /** Lower-cased name, for comparison. RFC 5322 §1.2.2: names are case-insensitive. */
  readonly key: string;
  /** The whole field as bytes: name, colon, value, folds and the final line end. */
  readonly raw: Buffer;
  /** Byte offset of the field in the source; `undefined` for a field that we added. */
  readonly start: number | undefined;
};

/** The fields of a header, and where the body begins. RFC 5322 §2.1. */
export type HeaderBlock = {
  readonly fields: readonly HeaderField[];
  /** Byte offset just behind the header block's last field (where the empty line begins). */
  readonly end: number;
  /** Byte offset of the first byte of the body (behind the empty line). Equals the length when there is no body. */
  readonly bodyStart: number;
};

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const COLON = 0x3a;

/** Byte offset behind the line that starts at `from`. */
const lineEnd = (bytes: Buffer, from: number, to: number): number => {
  const lf = bytes.indexOf(LF, from);
  return lf === -1 || lf >= to ? to : lf + 1;
};

const isEmptyLine = (bytes: Buffer, from: number, to: number): boolean =>
  bytes[from] === LF || (bytes[from] === CR && (bytes[from + 1] === LF || from + 1 === to));

const isFold = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

const fieldAt = (bytes: Buffer, start: number, end: number): HeaderField | undefined => {
  const colon = bytes.indexOf(COLON, start);
  if (colon === -1 || colon >= end) return undefined;
  // RFC 5322 §4.5 (obsolete syntax) allows white space before the colon: SP and TAB, nothing else that Unicode calls space.
  let nameEnd = colon;
  while (nameEnd > start && isFold(bytes[nameEnd - 1])) nameEnd--;
  const name = bytes.toString('latin1', start, nameEnd);
  if (name === '' || /[^\x21-\x7e]/.test(name)) return undefined;
  return { name, key: name.toLowerCase(), raw: bytes.subarray(start, end), start };
};

/** Splits a header block, or the header of a MIME part, between two byte offsets. A line that is no field ends the block. */
export function parseHeaders(bytes: Buffer, from = 0, to = bytes.length): HeaderBlock {
  const fields: HeaderField[] = [];
  let at = from;
  while (at < to && !isEmptyLine(bytes, at, to)) {
    let end = lineEnd(bytes, at, to);
    while (end < to && isFold(bytes[end])) end = lineEnd(bytes, end, to);
    const field = fieldAt(bytes, at, end);
    if (field === undefined) return { fields, end: at, bodyStart: at };
    fields.push(field);
    at = end;
  }
  return { fields, end: at, bodyStart: at < to ? lineEnd(bytes, at, to) : to };
}

/** Not `trim()`: that takes 0xA0 for a space, which is half of many a UTF-8 letter ("à"). */
function trimWsp(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isFold(text.charCodeAt(from))) from++;
  while (to > from && isFold(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

/** The value behind the colon with folds undone (RFC 5322 §2.2.3), as latin1 characters: one per byte. */
export function fieldValue(field: HeaderField): string {
  const text = field.raw.toString('latin1');
  return trimWsp(
    text
      .slice(text.indexOf(':') + 1)
      .replace(/\r?\n(?=[ \t])/g, '')
      .replace(/\r?\n$/, ''),
  );
}

/** The first field of that name (any case). */
export const firstField = (fields: readonly HeaderField[], name: string): HeaderField | undefined => {
  const key = name.toLowerCase();
  return fields.find((field) => field.key === key);
};

/** Every field of that name (any case), topmost first. */
export const fieldsNamed = (fields: readonly HeaderField[], name: string): readonly HeaderField[] => {
  const key = name.toLowerCase();
  return fields.filter((field) => field.key === key);
};

/** A new field. The value must be free of CR, LF (other than folds) and NUL, or this throws: header injection stops here. */
export function makeField(name: string, value: string): HeaderField {
  if (/[^\x21-\x39\x3b-\x7e]/.test(name) || /\r(?!\n)|(?<!\r)\n|\r\n(?![ \t])|\0/.test(value)) {
    throw new Error(`Not a header field: ${JSON.stringify(name)}`);
  }
  return { name, key: name.toLowerCase(), raw: Buffer.from(`${name}: ${value}\r\n`), start: undefined };
}
