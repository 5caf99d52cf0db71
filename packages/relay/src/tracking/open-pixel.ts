/** The open pixel: one image at the end of the HTML body. */

import { byteAt, takesAscii } from '@waybill/mail/body/charset';
import { editableParts, inlinePgp } from '@waybill/mail/body/editable-parts';
import { findHtmlLinks } from '@waybill/mail/body/html-links';
import type { PartEdits } from '@waybill/mail/body/part-edits';
import { partText } from '@waybill/mail/body/part-text';
import type { MimePart } from '@waybill/mail/mime-tree';
import type { TrackingNote, TrackingReason } from './rewrite-links.ts';

/** Where the pixel goes, as an offset of the part's decoded bytes. */
export type PixelPlace = { readonly part: MimePart; readonly at: number };

export type FoundPixelPlace = {
  /** `undefined` when no part can take an image. */
  readonly place: PixelPlace | undefined;
  readonly notes: readonly TrackingNote[];
};

const placeIn = (source: Buffer, part: MimePart): PixelPlace | TrackingReason => {
  const text = partText(source, part);
  if ('unreadable' in text) return text.unreadable;
  const armour = inlinePgp(text.view.text);
  if (armour) return armour;
  const { imageAt } = findHtmlLinks(text.view);
  return takesAscii(text.view, imageAt) ? { part, at: byteAt(text.view, imageAt) } : 'unsafe_charset';
};

/** Per message, once. The first HTML body that can take the image gets it: two would count an open twice. */
export function findPixelPlace(source: Buffer, tree: MimePart): FoundPixelPlace {
  const notes: TrackingNote[] = [];
  for (const part of editableParts(tree).bodies) {
    if (part.contentType !== 'text/html') continue;
    const place = placeIn(source, part);
    if (typeof place !== 'string') return { place, notes };
    notes.push({ part: part.path, about: 'part', reason: place, count: 1 });
  }
  if (notes.length === 0) notes.push({ part: tree.path, about: 'part', reason: 'no_html_body', count: 1 });
  return { place: undefined, notes };
}

/** Per recipient. */
export function pixelEdit({ part, at }: PixelPlace, url: string): PartEdits {
  const text = `<img src="${url}" alt="" width="1" height="1" border="0" style="display:block;width:1px;height:1px">`;
  return { part, edits: [{ start: at, end: at, text, breaks: { before: at, after: at } }] };
}
