/** The parts of a message as byte offsets in its source. Nothing is decoded and no body is copied. RFC 2046 §5.1. */

import { parseStructuredValue } from './header/content-type.ts';
import { fieldValue, firstField, type HeaderField, parseHeaders } from './headers.ts';

/** The values of Content-Transfer-Encoding that are known. RFC 2045 §6.1. */
export const transferEncodings = ['7bit', '8bit', 'binary', 'quoted-printable', 'base64'] as const;
/** A member of `transferEncodings`. */
export type TransferEncoding = (typeof transferEncodings)[number];

/** A part of a message, as byte offsets in its source. RFC 2045 §2.4. */
export type MimePart = {
  /** `1` is the message, `1.2` its second part, and so on. */
  readonly path: string;
  readonly fields: readonly HeaderField[];
  /** Lower-cased `type/subtype`; the default of RFC 2045 §5.2 where the part says nothing. */
  readonly contentType: string;
  readonly params: ReadonlyMap<string, string>;
  /** Lower-cased Content-Disposition; `undefined` when the part has none. */
  readonly disposition: string | undefined;
  /** `name` or `filename`, whichever the part gives. */
  readonly filename: string | undefined;
  /** `undefined` when the encoding is one we do not know, or is stated twice with different words. */
  readonly encoding: TransferEncoding | undefined;
  /** Byte offsets in the source. The body ends before the line end that belongs to the next delimiter. */
  readonly headerStart: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
  readonly children: readonly MimePart[];
  /** A limit was reached in this part or below it: what is behind the limit is one opaque leaf. */
  readonly truncated: boolean;
};

/** Where the parser stops: depth of nesting, and number of parts. */
export type MimeLimits = { readonly maxDepth?: number; readonly maxParts?: number };

type Draft = { -readonly [K in keyof MimePart]: MimePart[K] } & { children: Draft[] };

/** A multipart that is still open, and the part of it that is being read. */
type Level = { readonly part: Draft; readonly boundary: string; current: Draft | undefined };

type Scan = {
  readonly bytes: Buffer;
  readonly levels: Level[];
  /** For each boundary the depths at which it is open, innermost last: nested parts may repeat one. */
  readonly depths: Map<string, number[]>;
  readonly maxDepth: number;
  readonly maxParts: number;
  parts: number;
};

type Delimiter = {
  readonly start: number;
  readonly end: number;
  readonly depth: number;
  readonly close: boolean;
};

const LF = 0x0a;
const CR = 0x0d;
const DASH = 0x2d;
const NEXT_DASHES = Buffer.from('\n--');
/** RFC 2046 §5.1.1 allows 70; some senders use more, none need more than this. */
const MAX_BOUNDARY_BYTES = 1000;

const isEncoding = (text: string): text is TransferEncoding =>
  (transferEncodings as readonly string[]).includes(text);

const encodingOf = (fields: readonly HeaderField[]): TransferEncoding | undefined => {
  let found: string | undefined;
  for (const field of fields) {
    if (field.key !== 'content-transfer-encoding') continue;
    const { value } = parseStructuredValue(fieldValue(field));
    // Two readers may use different fields and see different text, so the part is not edited.
    if (found !== undefined && found !== value) return undefined;
    found = value;
  }
  if (found === undefined || found === '') return '7bit';
  return isEncoding(found) ? found : undefined;
};

const structured = (fields: readonly HeaderField[], name: string) => {
  const field = firstField(fields, name);
  return field && parseStructuredValue(fieldValue(field));
};

type Place = { readonly path: string; readonly start: number; readonly fallback: string };

const draftOf = (fields: readonly HeaderField[], bodyStart: number, place: Place): Draft => {
  const type = structured(fields, 'content-type');
  const disposition = structured(fields, 'content-disposition');
  const known = type?.value.includes('/') ? type : undefined;
  return {
    path: place.path,
    fields,
    // RFC 2045 §5.2: an unreadable type is plain text.
    contentType: known?.value ?? (type ? 'text/plain' : place.fallback),
    params: type?.params ?? new Map(),
    disposition: disposition && (disposition.value || undefined),
    filename: disposition?.params.get('filename') ?? type?.params.get('name'),
    encoding: encodingOf(fields),
    headerStart: place.start,
    bodyStart,
    bodyEnd: bodyStart,
    children: [],
    truncated: false,
  };
};

/** The delimiter line that begins at `start`, if an open multipart knows it. The whole line must match, so one boundary may be a prefix of another. */
const delimiterAt = (scan: Scan, start: number): Delimiter | undefined => {
  const { bytes, depths } = scan;
  if (bytes[start] !== DASH || bytes[start + 1] !== DASH) return undefined;
  const lf = bytes.indexOf(LF, start);
  const end = lf === -1 ? bytes.length : lf + 1;
  if (end - start > 2 * MAX_BOUNDARY_BYTES) return undefined;
  const name = bytes.toString('latin1', start + 2, end).trimEnd();
  const open = depths.get(name)?.at(-1);
  if (open !== undefined) return { start, end, depth: open, close: false };
  const closed = name.endsWith('--') ? depths.get(name.slice(0, -2))?.at(-1) : undefined;
  return closed === undefined ? undefined : { start, end, depth: closed, close: true };
};

/** The next delimiter line at or behind `from`, which is the start of a line. */
const nextDelimiter = (scan: Scan, from: number): Delimiter | undefined => {
  let at = from;
  while (at !== -1) {
    const found = delimiterAt(scan, at);
    if (found) return found;
    const lf = scan.bytes.indexOf(NEXT_DASHES, at);
    at = lf === -1 ? -1 : lf + 1;
  }
  return undefined;
};

const isEmptyLine = (bytes: Buffer, at: number): boolean =>
  bytes[at] === LF || (bytes[at] === CR && bytes[at + 1] === LF);

/** Where the header of a part ends at the latest: behind the empty line, or before a delimiter that comes sooner. */
const headerLimit = (scan: Scan, from: number): number => {
  const { bytes } = scan;
  let at = from;
  while (at < bytes.length) {
    if (delimiterAt(scan, at)) return at;
    const lf = bytes.indexOf(LF, at);
    if (lf === -1) return bytes.length;
    if (isEmptyLine(bytes, at)) return lf + 1;
    at = lf + 1;
  }
  return at;
};

/** RFC 2046 §5.1.1: the line end before a delimiter belongs to the delimiter. */
const endBefore = (bytes: Buffer, delimiter: number): number => {
  if (bytes[delimiter - 1] !== LF) return delimiter;
  return bytes[delimiter - 2] === CR ? delimiter - 2 : delimiter - 1;
};

const endPart = (part: Draft | undefined, end: number): void => {
  if (part) part.bodyEnd = Math.max(part.bodyStart, end);
};

const popLevel = (scan: Scan): void => {
  const level = scan.levels.pop();
  if (level) scan.depths.get(level.boundary)?.pop();
};

/** Ends everything that is open below the depth, and the part that is being read at it. */
const endAt = (scan: Scan, depth: number, end: number): void => {
  while (scan.levels.length > depth) {
    const level = scan.levels.at(-1);
    endPart(level?.current, end);
    if (level) level.current = undefined;
    if (scan.levels.length === depth + 1) return;
    popLevel(scan);
  }
};

const openLevel = (scan: Scan, part: Draft): void => {
  if (!part.contentType.startsWith('multipart/')) return;
  const boundary = part.params.get('boundary')?.trimEnd() ?? '';
  if (boundary === '' || boundary.length > MAX_BOUNDARY_BYTES) return;
  if (scan.levels.length >= scan.maxDepth) {
    part.truncated = true;
    return;
  }
  const depths = scan.depths.get(boundary);
  if (depths) depths.push(scan.levels.length);
  else scan.depths.set(boundary, [scan.levels.length]);
  scan.levels.push({ part, boundary, current: undefined });
};

const addPart = (scan: Scan, level: Level, start: number): Draft => {
  const limit = headerLimit(scan, start);
  const { fields, bodyStart } = parseHeaders(scan.bytes.subarray(0, limit), start, limit);
  // RFC 2046 §5.1.5: the parts of a digest are messages by default.
  const fallback = level.part.contentType === 'multipart/digest' ? 'message/rfc822' : 'text/plain';
  const path = `${level.part.path}.${level.part.children.length + 1}`;
  const part = draftOf(fields, bodyStart, { path, start, fallback });
  level.part.children.push(part);
  level.current = part;
  return part;
};

/** The part beyond the limit, as one leaf that is not parsed. */
const addOpaque = (scan: Scan, level: Level, start: number): void => {
  const path = `${level.part.path}.${level.part.children.length + 1}`;
  const part = draftOf([], start, { path, start, fallback: 'application/octet-stream' });
  part.bodyEnd = scan.bytes.length;
  part.truncated = true;
  level.part.children.push(part);
};

const markTruncated = (part: Draft): boolean => {
  for (const child of part.children) if (markTruncated(child)) part.truncated = true;
  return part.truncated;
};

/** Takes in the part that a delimiter opens; answers where the search goes on, `undefined` where a limit ends it. */
const enterPart = (scan: Scan, depth: number, from: number): number | undefined => {
  const level = scan.levels[depth];
  if (!level) return from;
  if (scan.parts >= scan.maxParts) {
    addOpaque(scan, level, from);
    return undefined;
  }
  scan.parts++;
  const part = addPart(scan, level, from);
  openLevel(scan, part);
  return part.bodyStart;
};

const readParts = (scan: Scan, from: number): void => {
  let at: number | undefined = from;
  while (at !== undefined && scan.levels.length > 0) {
    const delimiter = nextDelimiter(scan, at);
    if (!delimiter) return;
    endAt(scan, delimiter.depth, endBefore(scan.bytes, delimiter.start));
    at = delimiter.close ? delimiter.end : enterPart(scan, delimiter.depth, delimiter.end);
    if (delimiter.close) popLevel(scan);
  }
};

/** The tree of parts. One pass over the source, whatever it holds: limits end the search, they never throw. */
export function parseMimeTree(bytes: Buffer, limits: MimeLimits = {}): MimePart {
  const { fields, bodyStart } = parseHeaders(bytes);
  const root = draftOf(fields, bodyStart, { path: '1', start: 0, fallback: 'text/plain' });
  const { maxDepth = 50, maxParts = 5000 } = limits;
  const scan: Scan = { bytes, levels: [], depths: new Map(), maxDepth, maxParts, parts: 1 };
  openLevel(scan, root);
  readParts(scan, root.bodyStart);
  endAt(scan, 0, bytes.length);
  endPart(root, bytes.length);
  markTruncated(root);
  return root;
}
