/** The text of a part: decoded bytes and a view to search. Found once per part, for many recipients. */

import { keptOn } from '../kept-on.ts';
import type { MimePart } from '../mime-tree.ts';
import { type ScanView, scanView } from './charset.ts';
import { type DecodedBody, decodeBody } from './transfer-encoding.ts';

export const unreadableReasons = [
  'empty',
  'unknown_encoding',
  'undecodable',
  'unsafe_charset',
  'too_large',
] as const;
export type UnreadableReason = (typeof unreadableReasons)[number];

export type PartText =
  | { readonly body: DecodedBody; readonly view: ScanView }
  | { readonly unreadable: UnreadableReason };

/** A text no person reads to its end; searching it would hold up everybody else's mail. */
const MAX_TEXT_BYTES = 10 * 1024 * 1024;

const readText = (source: Buffer, part: MimePart): PartText => {
  // The line end before the next delimiter belongs to that: text put here would run into it.
  if (part.bodyEnd === part.bodyStart) return { unreadable: 'empty' };
  if (part.encoding === undefined) return { unreadable: 'unknown_encoding' };
  if (part.bodyEnd - part.bodyStart > MAX_TEXT_BYTES) return { unreadable: 'too_large' };
  const body = decodeBody(source, part);
  if (!body) return { unreadable: 'undecodable' };
  const view = scanView(body.bytes, part.params.get('charset'));
  return view ? { body, view } : { unreadable: 'unsafe_charset' };
};

/** Remembers, never decides: the same part of the same source always reads the same. */
const texts = keptOn<MimePart, { readonly source: Buffer; readonly text: PartText }>();

export function partText(source: Buffer, part: MimePart): PartText {
  const known = texts.get(part);
  if (known?.source === source) return known.text;
  const text = readText(source, part);
  texts.set(part, { source, text });
  return text;
}
