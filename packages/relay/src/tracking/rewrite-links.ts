/** Finds the links of a message once, and makes the edits that track them for each recipient. */

import { byteAt, type ScanView } from '@waybill/mail/body/charset';
import { editableParts, inlinePgp, type ProtectedReason } from '@waybill/mail/body/editable-parts';
import { findHtmlLinks } from '@waybill/mail/body/html-links';
import type { FoundSpans, LinkSpan, UntouchedReason } from '@waybill/mail/body/link-target';
import type { PartEdit, PartEdits, SkippedReason } from '@waybill/mail/body/part-edits';
import { partText } from '@waybill/mail/body/part-text';
import { findTextLinks } from '@waybill/mail/body/text-links';
import type { MimePart } from '@waybill/mail/mime-tree';
import { MAX_TRACKED_URL_BYTES } from './token.ts';

export const linkModes = ['none', 'html', 'text', 'all'] as const;
export type LinkMode = (typeof linkModes)[number];

export type TrackingReason =
  | ProtectedReason
  | SkippedReason
  | UntouchedReason
  | 'own_link'
  | 'url_too_long'
  | 'no_html_body';

/** Why something was left as it is. `part` is the path of the MIME part; `count`, how many links of it, or 1 for the part. */
export type TrackingNote = {
  readonly part: string;
  readonly about: 'part' | 'link';
  readonly reason: TrackingReason;
  readonly count: number;
};

export type FoundLink = {
  /** Position in the message, from 0: the link index of its token. */
  readonly index: number;
  /** The target as a reader would follow it: entities and charset decoded. */
  readonly url: string;
  readonly part: MimePart;
  /** Decoded bytes of the part. */
  readonly start: number;
  readonly end: number;
  readonly breaks: { readonly before: number; readonly after: number } | undefined;
};

export type FoundLinks = { readonly links: readonly FoundLink[]; readonly notes: readonly TrackingNote[] };

export type LinkSearch = {
  readonly mode: LinkMode;
  /** Links that lead to us already stay: a message that comes through twice is tracked once. */
  readonly ownBaseUrl: string;
};

const wants = (mode: LinkMode, part: MimePart): boolean =>
  mode === 'all' || mode === (part.contentType === 'text/html' ? 'html' : 'text');

const spansOf = (view: ScanView, part: MimePart): FoundSpans =>
  part.contentType === 'text/html'
    ? findHtmlLinks(view)
    : findTextLinks(view, { deletesSpaces: part.params.get('delsp')?.toLowerCase() === 'yes' });

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

type Finds = { readonly links: FoundLink[]; readonly notes: TrackingNote[]; readonly base: string };

const linkAt = (
  view: ScanView,
  { url, start, end, breaks }: LinkSpan,
  place: { part: MimePart; index: number },
) => ({
  index: place.index,
  url,
  part: place.part,
  start: byteAt(view, start),
  end: byteAt(view, end),
  breaks: breaks && { before: byteAt(view, breaks.before), after: byteAt(view, breaks.after) },
});

const collect = (finds: Finds, part: MimePart, view: ScanView): void => {
  const { links, untouched } = spansOf(view, part);
  const reasons = new Map<TrackingReason, number>(untouched);
  for (const span of links) {
    const reason = reasonToLeave(span.url, finds.base);
    if (reason) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    else finds.links.push(linkAt(view, span, { part, index: finds.links.length }));
  }
  for (const [reason, count] of reasons) finds.notes.push({ part: part.path, about: 'link', reason, count });
};

/** The search of one body; a reason for the trace when it is not searched. */
const searchPart = (finds: Finds, source: Buffer, part: MimePart): void => {
  const text = partText(source, part);
  const reason = 'unreadable' in text ? text.unreadable : inlinePgp(text.view.text);
  if (reason) finds.notes.push({ part: part.path, about: 'part', reason, count: 1 });
  else if ('view' in text) collect(finds, part, text.view);
};

const trimSlash = (url: string): string => (url.endsWith('/') ? url.slice(0, -1) : url).toLowerCase();

/** Per message, once: it does not depend on the recipient. */
export function findLinks(source: Buffer, tree: MimePart, search: LinkSearch): FoundLinks {
  if (search.mode === 'none') return { links: [], notes: [] };
  const { bodies, untouched } = editableParts(tree);
  const finds: Finds = { links: [], notes: [], base: trimSlash(search.ownBaseUrl) };
  for (const { part, reason } of untouched) {
    finds.notes.push({ part: part.path, about: 'part', reason, count: 1 });
  }
  for (const part of bodies) if (wants(search.mode, part)) searchPart(finds, source, part);
  return { links: finds.links, notes: finds.notes };
}

/** Per recipient. `makeUrl` answers ASCII without quotes, white space, angle brackets or `&`. */
export function linkEdits(
  found: FoundLinks,
  makeUrl: (link: { readonly url: string; readonly index: number }) => string,
): readonly PartEdits[] {
  const parts: { part: MimePart; edits: PartEdit[] }[] = [];
  for (const link of found.links) {
    let current = parts.at(-1);
    if (current?.part !== link.part) {
      current = { part: link.part, edits: [] };
      parts.push(current);
    }
    current.edits.push({ start: link.start, end: link.end, text: makeUrl(link), breaks: link.breaks });
  }
  return parts;
}
