/** The open pixel: one image at the end of the HTML body. */

import { byteAt, takesAscii } from '@waybill/mail/body/charset';
import type { PartEdits } from '@waybill/mail/body/part-edits';
import type { PartText } from '@waybill/mail/body/part-text';
import { noteOf, type TrackingNote } from './rewrite-links.ts';
import { isHtml, partOf, type SearchedBody, type TextBodies, type UntouchedPart } from './text-bodies.ts';

/** The position of the pixel. `at` is an offset in the decoded bytes of the part. */
export type PixelPlace = { readonly text: PartText; readonly at: number };

/** The position of the pixel, and notes on parts that cannot hold it. */
export type FoundPixelPlace = {
  /** `undefined` when no part can take an image. */
  readonly place: PixelPlace | undefined;
  readonly notes: readonly TrackingNote[];
};

/** The path of the whole message, for a note that concerns no single part. */
const MESSAGE_PATH = '1';

const placeIn = (body: SearchedBody | UntouchedPart): PixelPlace | UntouchedPart => {
  if ('reason' in body) return body;
  const { text, imageAt } = body;
  return imageAt !== undefined && takesAscii(text.view, imageAt)
    ? { text, at: byteAt(text.view, imageAt) }
    : { part: text.part, reason: 'unsafe_charset' };
};

/** Finds the position, once per message: in the first HTML body that can hold the image, because two images would count an open twice. */
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

/** The edit for one recipient. */
export function pixelEdit({ text, at }: PixelPlace, url: string): PartEdits {
  const image = `<img src="${url}" alt="" width="1" height="1" border="0" style="display:block;width:1px;height:1px">`;
  return { text, edits: [{ start: at, end: at, text: image, breaks: { before: at, after: at } }] };
}
