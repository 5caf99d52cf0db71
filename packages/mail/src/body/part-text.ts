/** The text of a part: decoded bytes and a view to search. RFC 2045 §6, RFC 2046 §4.1.2. */

import type { MimePart } from '../mime-tree.ts';
import { type ScanView, scanView } from './charset.ts';
import { type DecodedBody, decodeBody } from './transfer-encoding.ts';

/** Why the text of a part cannot be read. */
export const unreadableReasons = [
  'empty',
  'unknown_encoding',
  'undecodable',
  'unsafe_charset',
  'too_large',
] as const;
/** Why the text of a part is not read, and so not edited. */
export type UnreadableReason = (typeof unreadableReasons)[number];

/** The text of one part of one source, decoded once for all recipients. */
export type PartText = { readonly part: MimePart; readonly body: DecodedBody; readonly view: ScanView };

/** Larger texts are not searched: the search would delay other messages. */
const MAX_TEXT_BYTES = 10 * 1024 * 1024;

/** Decodes the body of a text part. A reason instead of a text when the part must stay as it is; never throws. */
export function readPartText(source: Buffer, part: MimePart): PartText | UnreadableReason {
  // The line end before the next delimiter belongs to the delimiter: text inserted into an empty body would run into it.
  if (part.bodyEnd === part.bodyStart) return 'empty';
  if (part.encoding === undefined) return 'unknown_encoding';
  if (part.bodyEnd - part.bodyStart > MAX_TEXT_BYTES) return 'too_large';
  const body = decodeBody(source, part);
  if (!body) return 'undecodable';
  const view = scanView(body.bytes, part.params.get('charset'));
  return view ? { part, body, view } : 'unsafe_charset';
}
