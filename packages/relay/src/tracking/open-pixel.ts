/** The open pixel: one image at the end of the HTML body. */

import type { MimePart } from '@waybill/mail/mime-tree';
import type { PartEdit } from '@waybill/mail/part-edits';
import type { TrackingNote } from './rewrite-links.ts';

/** Where the pixel goes; found once per message. `undefined` when no part can take it. */
export type PixelPlace = { readonly part: MimePart; readonly at: number };
export type FoundPixelPlace = {
  readonly place: PixelPlace | undefined;
  readonly notes: readonly TrackingNote[];
};
export type FindPixelPlace = (source: Buffer, tree: MimePart) => FoundPixelPlace;
export type PixelEdit = (
  place: PixelPlace,
  url: string,
) => { readonly part: MimePart; readonly edit: PartEdit };
