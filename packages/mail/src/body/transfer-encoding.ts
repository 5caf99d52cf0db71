/** The body of a part as decoded octets, and edits of those octets as splices of the source. RFC 2045 §6. */

import { encodeIdentityEdits } from '../header/identity-edits.ts';
import type { MimePart, TransferEncoding } from '../mime-tree.ts';
import { type Base64Body, decodeBase64, encodeBase64Edits } from './base64-body.ts';
import type { BodySpan, EncodedEdits, OctetEdit } from './body-edit.ts';
import { decodeQuotedPrintable, type QuotedPrintableBody } from './quoted-printable-body.ts';
import { encodeQuotedPrintableEdits } from './quoted-printable-edits.ts';

/** Decoded octets with the way back to the source. */
export type DecodedBody = { readonly span: BodySpan; readonly octets: Buffer } & (
  | { readonly encoding: '7bit' | '8bit' | 'binary' }
  | { readonly encoding: 'quoted-printable'; readonly map: QuotedPrintableBody }
  | { readonly encoding: 'base64'; readonly map: Base64Body }
);

const decodeAs = (encoding: TransferEncoding, span: BodySpan): DecodedBody | undefined => {
  if (encoding === 'quoted-printable') {
    const map = decodeQuotedPrintable(span);
    return { span, encoding, octets: map.octets, map };
  }
  if (encoding === 'base64') {
    const map = decodeBase64(span);
    return map && { span, encoding, octets: map.octets, map };
  }
  return { span, encoding, octets: span.source.subarray(span.start, span.end) };
};

/** `undefined` when the encoding is unknown or broken: such a body is left as it is. */
export const decodeBody = (source: Buffer, part: MimePart): DecodedBody | undefined =>
  part.encoding && decodeAs(part.encoding, { source, start: part.bodyStart, end: part.bodyEnd });

/** Splices for edits that are in ascending order and do not overlap. Octets outside the edits stay as they are. */
export function encodeOctetEdits(body: DecodedBody, edits: readonly OctetEdit[]): EncodedEdits {
  if (body.encoding === 'quoted-printable') return encodeQuotedPrintableEdits(body.span, body.map, edits);
  if (body.encoding === 'base64') return encodeBase64Edits(body.span, body.map, edits);
  return encodeIdentityEdits(body.span, edits);
}
