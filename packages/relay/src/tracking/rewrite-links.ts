/** Finds the links of a message once, and makes the edits that track them for each recipient. */

import type { MimePart } from '@waybill/mail/mime-tree';
import type { PartEdits } from '@waybill/mail/part-edits';

export const linkModes = ['none', 'html', 'text', 'all'] as const;
export type LinkMode = (typeof linkModes)[number];

/** Why something was left as it is. `part` is the path of the MIME part, `count` how many links it concerns. */
export type TrackingNote = { readonly part: string; readonly reason: string; readonly count: number };

export type FoundLink = {
  /** Position in the message, from 0: the link index of its token. */
  readonly index: number;
  /** The target as a reader would follow it: entities and charset decoded. */
  readonly url: string;
  readonly part: MimePart;
  /** Decoded octets of the part. */
  readonly start: number;
  readonly end: number;
  readonly breaks?: { readonly before: number; readonly after: number };
};

export type FoundLinks = { readonly links: readonly FoundLink[]; readonly notes: readonly TrackingNote[] };

export type LinkSearch = { readonly mode: LinkMode; readonly ownBaseUrl: string };

/** Per message, once. */
export type FindLinks = (source: Buffer, tree: MimePart, search: LinkSearch) => FoundLinks;

/** Per recipient. `makeUrl` answers ASCII without quotes, spaces or angle brackets. */
export type LinkEdits = (
  found: FoundLinks,
  makeUrl: (link: { readonly url: string; readonly index: number }) => string,
) => readonly PartEdits[];
