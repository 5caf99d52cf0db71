/**
 * An 8-bit message as a 7-bit one that decodes to the same, for a server without 8BITMIME. RFC 6152 §3, RFC 2045 §6.
 * Signed and encrypted parts are not changed; what cannot be written in 7 bits is named.
 */
import { isAscii } from 'node:buffer';
import { asciiField, isAsciiField } from '../header/ascii-header.ts';
import { fieldsNamed, type HeaderField, makeField } from '../headers.ts';
import { type MimePart, parseMimeTree, type TransferEncoding } from '../mime-tree.ts';
import { piecesOf, type Splice } from '../patch.ts';
import { securityOf } from './editable-parts.ts';
import { decodeQuotedPrintable } from './quoted-printable-body.ts';
import { encodeQuotedPrintable } from './quoted-printable-writer.ts';

/** Why 8-bit bytes of a part stay. `header`: its fields or its boundary. `opaque`: its structure or encoding cannot be read. */
export type EightBitReason = 'signed' | 'encrypted' | 'header' | 'message_type' | 'opaque';

/** A part that stays 8-bit. `part`: its `path` in the tree. */
export type EightBitPart = {
  readonly part: string;
  readonly contentType: string;
  readonly reason: EightBitReason;
};

/** A message: its bytes, their tree, and the splices that its body leaves with, ascending. */
export type EditedBody = {
  readonly source: Buffer;
  readonly tree: MimePart;
  readonly splices: readonly Splice[];
};

/** A body in 7 bits, as splices of the source, and the parts that stay 8-bit. */
export type SevenBitBody = {
  /** All splices of the body, those that were given included, in no order. */
  readonly splices: readonly Splice[];
  /** What the header of the message has to name; `undefined`: what it names already. */
  readonly encoding: TransferEncoding | undefined;
  readonly left: readonly EightBitPart[];
};

type Walk = {
  readonly source: Buffer;
  readonly edits: readonly Splice[];
  readonly splices: Splice[];
  readonly left: EightBitPart[];
  /** Of messages inside messages. */
  readonly depth: number;
};

const CTE = 'Content-Transfer-Encoding';
const MAX_DEPTH = 20;
const LINE_END = Buffer.from('\r\n');

const leave = ({ left }: Walk, { path, contentType }: MimePart, reason: EightBitReason): undefined => {
  left.push({ part: path, contentType, reason });
  return undefined;
};

const editsIn = ({ edits }: Walk, from: number, to: number): readonly Splice[] =>
  edits.filter(({ start, end }) => start >= from && end <= to);

/** The bytes of a span as they leave. */
function editedSpan(walk: Walk, from: number, to: number): Buffer {
  const moved = editsIn(walk, from, to).map(({ start, end, insert }) => ({
    start: start - from,
    end: end - from,
    insert,
  }));
  return moved.length === 0
    ? walk.source.subarray(from, to)
    : Buffer.concat(piecesOf(walk.source.subarray(from, to), moved));
}

/** Whether quoted-printable, which writes a byte beyond ASCII and `=` as three characters, is longer than base64. */
function isShorterInBase64(bytes: Buffer): boolean {
  let escapes = 0;
  for (const byte of bytes) if (byte > 0x7e || byte === 0x3d) escapes += 1;
  return 2 * escapes > 0.37 * bytes.length;
}

const base64Lines = (bytes: Buffer): Buffer =>
  Buffer.from(bytes.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n'), 'latin1');

type Encoded = { readonly body: Buffer; readonly encoding: TransferEncoding };

/** Quoted-printable or base64, whichever is shorter. */
const encode = (bytes: Buffer): Encoded =>
  isShorterInBase64(bytes)
    ? { body: base64Lines(bytes), encoding: 'base64' }
    : { body: encodeQuotedPrintable(bytes), encoding: 'quoted-printable' };

/** The body of a part that has 8-bit bytes. In an encoded body such bytes are malformed. */
function encodeAgain(bytes: Buffer, encoding: TransferEncoding): Encoded {
  // RFC 2045 §6.8: decoders ignore what is not of the alphabet.
  if (encoding === 'base64') return { body: bytes.filter((byte) => byte < 0x80) as Buffer, encoding };
  // RFC 2045 §6.7: decoders let such a byte stand for itself.
  if (encoding === 'quoted-printable')
    return encode(decodeQuotedPrintable({ source: bytes, start: 0, end: bytes.length }).bytes);
  return encode(bytes);
}

const relabelled = ({ encoding }: MimePart): TransferEncoding | undefined =>
  encoding === '8bit' || encoding === 'binary' ? '7bit' : undefined;

/** A body that is no structure and has 8-bit bytes is encoded as a whole. `bytes`: the body as it leaves without that. */
function encodeLeaf(walk: Walk, part: MimePart, bytes: Buffer): TransferEncoding | undefined {
  const { bodyStart, bodyEnd, encoding } = part;
  if (encoding === undefined || part.truncated) return leave(walk, part, 'opaque');
  const { body, encoding: chosen } = encodeAgain(bytes, encoding);
  // A message ends with a line end, which base64 does not write.
  const isLast = walk.depth === 0 && bodyEnd === walk.source.length;
  const end = isLast && !body.subarray(-2).equals(LINE_END) ? [LINE_END] : [];
  walk.splices.push({ start: bodyStart, end: bodyEnd, insert: Buffer.concat([body, ...end]) });
  return chosen;
}

/** Text before, between and behind the parts that readers do not show: a question mark for each 8-bit byte. */
function convertGap({ source, splices }: Walk, start: number, end: number): void {
  const bytes = source.subarray(start, end);
  if (isAscii(bytes)) return;
  const insert = Buffer.from(bytes.toString('latin1').replace(/[\x80-\xff]/g, '?'), 'latin1');
  splices.push({ start, end, insert });
}

function convertMultipart(walk: Walk, part: MimePart): TransferEncoding | undefined {
  if (/[^\0-\x7f]/.test(part.params.get('boundary') ?? '')) return leave(walk, part, 'header');
  let at = part.bodyStart;
  for (const child of part.children) {
    convertGap(walk, at, child.headerStart);
    convertHeader(walk, child, convertPart(walk, child));
    at = child.bodyEnd;
  }
  convertGap(walk, at, part.bodyEnd);
  return relabelled(part);
}

/** A message inside the message. Its own parts are encoded, because it must not be as a whole: RFC 2045 §6.4. */
function convertMessage(walk: Walk, part: MimePart): TransferEncoding | undefined {
  const { bodyStart, bodyEnd, path } = part;
  if (walk.depth >= MAX_DEPTH) return leave(walk, part, 'opaque');
  const source = walk.source.subarray(bodyStart, bodyEnd);
  const inner: Walk = { source, edits: [], splices: [], left: [], depth: walk.depth + 1 };
  const tree = parseMimeTree(source);
  convertHeader(inner, tree, convertPart(inner, tree));
  for (const { start, end, insert } of inner.splices)
    walk.splices.push({ start: start + bodyStart, end: end + bodyStart, insert });
  for (const one of inner.left) walk.left.push({ ...one, part: `${path}/${one.part}` });
  return relabelled(part);
}

const isEncoded = ({ encoding }: MimePart): boolean =>
  encoding === 'base64' || encoding === 'quoted-printable';

function convertLeaf(walk: Walk, part: MimePart): TransferEncoding | undefined {
  const { contentType, bodyStart, bodyEnd } = part;
  const bytes = editedSpan(walk, bodyStart, bodyEnd);
  if (isAscii(bytes)) {
    walk.splices.push(...editsIn(walk, bodyStart, bodyEnd));
    return relabelled(part);
  }
  if (contentType.startsWith('multipart/')) return leave(walk, part, 'opaque');
  // RFC 6532 §3.7 lets message/global and its like be encoded.
  const isLeaf = !contentType.startsWith('message/') || contentType.startsWith('message/global');
  if (isLeaf || isEncoded(part)) return encodeLeaf(walk, part, bytes);
  return contentType === 'message/rfc822' ? convertMessage(walk, part) : leave(walk, part, 'message_type');
}

/** Converts a body, and answers the encoding that its header has to name when that changes. */
function convertPart(walk: Walk, part: MimePart): TransferEncoding | undefined {
  const security = securityOf(part);
  if (security === undefined)
    return part.children.length > 0 ? convertMultipart(walk, part) : convertLeaf(walk, part);
  if (!isAscii(editedSpan(walk, part.headerStart, part.bodyEnd))) leave(walk, part, security);
  walk.splices.push(...editsIn(walk, part.bodyStart, part.bodyEnd));
  return undefined;
}

const endOf = ({ start = 0, raw }: HeaderField): number => start + raw.length;

function convertField(walk: Walk, part: MimePart, field: HeaderField): void {
  if (isAsciiField(field)) return;
  const fresh = asciiField(field, part.params.get('charset'));
  if (fresh) walk.splices.push({ start: field.start ?? 0, end: endOf(field), insert: fresh.raw });
  else leave(walk, part, 'header');
}

/** Names the encoding that the body now has. */
function convertEncoding({ splices }: Walk, part: MimePart, encoding: TransferEncoding): void {
  const { fields, headerStart, bodyStart } = part;
  for (const field of fieldsNamed(fields, CTE))
    splices.push({ start: field.start ?? 0, end: endOf(field), insert: Buffer.alloc(0) });
  const last = fields.at(-1);
  const end = last ? endOf(last) : headerStart;
  const { raw } = makeField(CTE, encoding);
  // Without an empty line the first line of the encoded body could pass for a field.
  splices.push({ start: end, end, insert: end === bodyStart ? Buffer.concat([raw, LINE_END]) : raw });
}

/** Writes the header of a part in ASCII, with the encoding of its body when that has changed. */
function convertHeader(walk: Walk, part: MimePart, encoding: TransferEncoding | undefined): void {
  if (securityOf(part) !== undefined) return;
  for (const field of part.fields)
    if (encoding === undefined || field.key !== CTE.toLowerCase()) convertField(walk, part, field);
  if (encoding !== undefined) convertEncoding(walk, part, encoding);
}

/** Converts a body. The caller writes the header of the message itself, and finds there what is not ASCII. */
export function toSevenBit({ source, tree, splices: edits }: EditedBody): SevenBitBody {
  const walk: Walk = { source, edits, splices: [], left: [], depth: 0 };
  const unchanged = { splices: edits, encoding: undefined, left: [] };
  if (isAscii(editedSpan(walk, tree.bodyStart, source.length))) return unchanged;
  const encoding = convertPart(walk, tree);
  return { splices: walk.splices, encoding, left: walk.left };
}
