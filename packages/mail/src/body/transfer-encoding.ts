/** The body of a part as decoded bytes, and edits of those bytes as splices of the source. RFC 2045 §6. */

import { encodeIdentityEdits } from '../header/identity-edits.ts';
import type { MimePart, TransferEncoding } from '../mime-tree.ts';
import { type Base64Body, decodeBase64, encodeBase64Edits } from './base64-body.ts';
import type { BodySpan, ByteEdit, EncodedEdits } from './body-edit.ts';
import { decodeQuotedPrintable, type QuotedPrintableBody } from './quoted-printable-body.ts';
import { encodeQuotedPrintableEdits } from './quoted-printable-edits.ts';

/** Decoded bytes with the way back to the source. */
export type DecodedBody = { readonly span: BodySpan; readonly bytes: Buffer } & (
  | { readonly encoding: '7bit' | '8bit' | 'binary' }
  | { readonly encoding: 'quoted-printable'; readonly map: QuotedPrintableBody }
  | { readonly encoding: 'base64'; readonly map: Base64Body }
);

const decodeAs = (encoding: TransferEncoding, span: BodySpan): DecodedBody | undefined => {
  if (encoding === 'quoted-printable') {
    const map = decodeQuotedPrintable(span);
    return { span, encoding, bytes: map.bytes, map };
  }
  if (encoding === 'base64') {
    const map = decodeBase64(span);
    return map && { span, encoding, bytes: map.bytes, map };
  }
  return { span, encoding, bytes: span.source.subarray(span.start, span.end) };
};

/** `undefined` when the encoding is unknown or broken: such a body is left as it is. */
export const decodeBody = (source: Buffer, part: MimePart): DecodedBody | undefined =>
  part.encoding && decodeAs(part.encoding, { source, start: part.bodyStart, end: part.bodyEnd });

/** Splices for edits that are in ascending order and do not overlap. Bytes outside the edits stay as they are. */
export function encodeByteEdits(body: DecodedBody, edits: readonly ByteEdit[]): EncodedEdits {
  if (body.encoding === 'quoted-printable') return encodeQuotedPrintableEdits(body.span, body.map, edits);
  if (body.encoding === 'base64') return encodeBase64Edits(body.span, body.map, edits);
  return encodeIdentityEdits(body.span, edits);
}
