/** The open pixel: one image at the end of the HTML body. */

import { byteAt, takesAscii } from '@waybill/mail/body/charset';
import type { PartEdits } from '@waybill/mail/body/part-edits';
import type { PartText } from '@waybill/mail/body/part-text';
import { noteOf, type TrackingNote } from './rewrite-links.ts';
import { isHtml, partOf, type SearchedBody, type TextBodies, type UntouchedPart } from './text-bodies.ts';

/** Where the pixel goes. `at` is an offset of the part's decoded bytes. */
export type PixelPlace = { readonly text: PartText; readonly at: number };

export type FoundPixelPlace = {
  /** `undefined` when no part can take an image. */
  readonly place: PixelPlace | undefined;
  readonly notes: readonly TrackingNote[];
};

/** The path of the whole message, for a note about none of its parts. */
const MESSAGE_PATH = '1';

const placeIn = (body: SearchedBody | UntouchedPart): PixelPlace | UntouchedPart => {
  if ('reason' in body) return body;
  const { text, imageAt } = body;
  return imageAt !== undefined && takesAscii(text.view, imageAt)
    ? { text, at: byteAt(text.view, imageAt) }
    : { part: text.part, reason: 'unsafe_charset' };
};

/** Per message, once. The first HTML body that can take the image gets it: two images would count an open twice. */
export function findPixelPlace({ bodies }: TextBodies): FoundPixelPlace {
  const notes: TrackingNote[] = [];
  for (const body of bodies) {
    if (!isHtml(partOf(body))) continue;
    const place = placeIn(body);
    if ('at' in place) return { place, notes };
    notes.push(noteOf(place));
  }
  if (notes.length === 0) notes.push({ part: MESSAGE_PATH, about: 'part', reason: 'no_html_body', count: 1 });
  return { place: undefined, notes };
}

/** Per recipient. */
export function pixelEdit({ text, at }: PixelPlace, url: string): PartEdits {
  const image = `<img src="${url}" alt="" width="1" height="1" border="0" style="display:block;width:1px;height:1px">`;
  return { text, edits: [{ start: at, end: at, text: image, breaks: { before: at, after: at } }] };
}
