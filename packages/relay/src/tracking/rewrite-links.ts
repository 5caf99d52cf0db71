/** Finds the links of a message once, and makes the edits that track them for each recipient. */

import { byteAt } from '@waybill/mail/body/charset';
import type { ProtectedReason } from '@waybill/mail/body/editable-parts';
import type { LinkSpan, UntouchedReason } from '@waybill/mail/body/link-target';
import type { PartEdit, PartEdits, SkippedReason } from '@waybill/mail/body/part-edits';
import type { PartText, UnreadableReason } from '@waybill/mail/body/part-text';
import type { MimePart } from '@waybill/mail/mime-tree';
import type { ClickMode } from './click-mode.ts';
import { isHtml, partOf, type SearchedBody, type TextBodies, type UntouchedPart } from './text-bodies.ts';
import { MAX_TRACKED_URL_BYTES } from './token.ts';

/** Why a part or a link is not tracked. */
export type TrackingReason =
  | ProtectedReason
  | UnreadableReason
  | SkippedReason
  | UntouchedReason
  | 'own_link'
  | 'url_too_long'
  | 'no_html_body';

/** Why a part or its links stay unchanged. `part` is the path of the MIME part; `count` the number of its links, or 1 for the part. */
export type TrackingNote = {
  readonly part: string;
  readonly about: 'part' | 'link';
  readonly reason: TrackingReason;
  readonly count: number;
};

/** A link to track. */
export type FoundLink = {
  /** Position in the message, from 0: the link index of its token. */
  readonly index: number;
  /** The target with entities and charset decoded. */
  readonly url: string;
  readonly text: PartText;
  /** Offsets of the target in the decoded bytes of the part. */
  readonly start: number;
  readonly end: number;
  readonly breaks: { readonly before: number; readonly after: number } | undefined;
};

/** The tracked links of a message, and notes on the others. */
export type FoundLinks = { readonly links: readonly FoundLink[]; readonly notes: readonly TrackingNote[] };

/** The options of the search. */
export type LinkSearch = {
  readonly mode: ClickMode;
  /** Links that already lead to the tracker stay, so that a message that is relayed twice is tracked once. */
  readonly ownBaseUrl: string;
};

const wants = (mode: ClickMode, part: MimePart): boolean =>
  mode === 'all' || mode === (isHtml(part) ? 'html' : 'text');

const isOwn = (url: string, base: string): boolean => {
  if (url.length < base.length || url.slice(0, base.length).toLowerCase() !== base) return false;
  const next = url[base.length];
  return next === undefined || '/?#'.includes(next);
};

/** UTF-8 takes at most three bytes for each UTF-16 unit, so most URLs need no counting. */
const isTooLong = (url: string): boolean =>
  url.length * 3 > MAX_TRACKED_URL_BYTES && Buffer.byteLength(url) > MAX_TRACKED_URL_BYTES;

const reasonToLeave = (url: string, ownBase: string): TrackingReason | undefined => {
  if (isOwn(url, ownBase)) return 'own_link';
  return isTooLong(url) ? 'url_too_long' : undefined;
};

const linkAt = (text: PartText, { url, start, end, breaks }: LinkSpan, index: number): FoundLink => ({
  index,
  url,
  text,
  start: byteAt(text.view, start),
  end: byteAt(text.view, end),
  breaks: breaks && { before: byteAt(text.view, breaks.before), after: byteAt(text.view, breaks.after) },
});

type Finds = { readonly links: FoundLink[]; readonly notes: TrackingNote[]; readonly base: string };

function collect(finds: Finds, { text, found }: SearchedBody): void {
  const reasons = new Map<TrackingReason, number>(found.untouched);
  for (const span of found.links) {
    const reason = reasonToLeave(span.url, finds.base);
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    else finds.links.push(linkAt(text, span, finds.links.length));
  }
  for (const [reason, count] of reasons)
    finds.notes.push({ part: text.part.path, about: 'link', reason, count });
}

/** The note for a part that stays as it is. */
export const noteOf = ({ part, reason }: UntouchedPart): TrackingNote => ({
  part: part.path,
  about: 'part',
  reason,
  count: 1,
});

const trimSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url).toLowerCase();

/** Finds the links of a message. Runs once, because the result is the same for every recipient. */
export function findLinks({ bodies, protectedParts }: TextBodies, search: LinkSearch): FoundLinks {
  if (search.mode === 'none') return { links: [], notes: [] };
  const finds: Finds = { links: [], notes: protectedParts.map(noteOf), base: trimSlash(search.ownBaseUrl) };
  for (const body of bodies) {
    if (!wants(search.mode, partOf(body))) continue;
    if ('reason' in body) finds.notes.push(noteOf(body));
    else collect(finds, body);
  }
  return { links: finds.links, notes: finds.notes };
}

/** The edits for one recipient. `makeUrl` returns ASCII without quotes, white space, angle brackets or `&`. */
export function linkEdits(
  found: FoundLinks,
  makeUrl: (link: { readonly url: string; readonly index: number }) => string,
): readonly PartEdits[] {
  const parts: { text: PartText; edits: PartEdit[] }[] = [];
  for (const link of found.links) {
    let current = parts.at(-1);
    if (current?.text !== link.text) {
      current = { text: link.text, edits: [] };
      parts.push(current);
    }
    current.edits.push({ start: link.start, end: link.end, text: makeUrl(link), breaks: link.breaks });
  }
  return parts;
}
