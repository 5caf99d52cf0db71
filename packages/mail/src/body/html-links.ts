/** The links of an HTML text, as offsets of their targets, and the place for an image at its end. */

import { Tokenizer, type TokenizerCallbacks } from 'htmlparser2';
import { type ScanView, unicodeOf } from './charset.ts';
import {
  cleanTarget,
  type FoundSpans,
  type LinkSpan,
  leave,
  type UntouchedReason,
  untouchedReasonOf,
} from './link-target.ts';

/** The links of an HTML body. */
export type HtmlLinks = FoundSpans & {
  /** Where the text takes an image: an index of the view. */
  readonly imageAt: number;
};

type Attribute = { nameStart: number; name: string; start: number; end: number };
type Href = {
  readonly start: number;
  readonly end: number;
  readonly nameStart: number;
  readonly after: number;
};

/** What is known of the tag that is being read. Only tags that can carry a link are looked at. */
type Tag = { isLink: boolean; isOptedOut: boolean; href: Href | undefined };

type Place = { bodyEnd: number; htmlEnd: number; lastTag: number };

type Region = { readonly base: number; readonly text: string };

const LOWER_A = 0x61;
const LOWER_M = 0x6d;
const LOWER_S = 0x73;
const LOWER_V = 0x76;
const COLON = 0x3a;
const LOWER_CASE = 0x20;

/** `a`, `area`, and the shapes of VML, which Outlook draws and links. */
const isLinkTag = (text: string, start: number, end: number): boolean => {
  const first = text.charCodeAt(start) | LOWER_CASE;
  if (first === LOWER_V) return text.charCodeAt(start + 1) === COLON;
  if (first !== LOWER_A) return false;
  return end - start === 1 || (end - start === 4 && text.slice(start, end).toLowerCase() === 'area');
};

/** The words by which senders, here and elsewhere, ask for a link to be left alone. */
const isOptOut = (name: string, value: string): boolean => {
  if (name === 'ses:no-track') return true;
  if (name === 'data-no-track') return value !== 'false';
  return (name === 'clicktracking' && value === 'off') || (name === 'disable-tracking' && value === 'true');
};

const ignore = (): void => undefined;

/** Anything but the one reference that nearly every link holds. */
const OTHER_REFERENCE = /&(?!amp;)/;

/** Undoes character references in an attribute value, as far as HTML does there: `&copy=1` stays. */
const decodeReferences = (value: string): string => {
  if (!value.includes('&')) return value;
  if (!OTHER_REFERENCE.test(value)) return value.replaceAll('&amp;', '&');
  const text = `<a b="${value.replaceAll('"', '&quot;')}">`;
  let decoded = '';
  const tokenizer = new Tokenizer(
    { decodeEntities: true },
    {
      ...silent,
      onattribdata: (start, end) => {
        decoded += text.slice(start, end);
      },
      onattribentity: (codePoint) => {
        decoded += String.fromCodePoint(codePoint);
      },
    },
  );
  tokenizer.write(text);
  return decoded;
};

const silent: TokenizerCallbacks = {
  onattribdata: ignore,
  onattribentity: ignore,
  onattribend: ignore,
  onattribname: ignore,
  oncdata: ignore,
  onclosetag: ignore,
  oncomment: ignore,
  ondeclaration: ignore,
  onend: ignore,
  onopentagend: ignore,
  onopentagname: ignore,
  onprocessinginstruction: ignore,
  onselfclosingtag: ignore,
  ontext: ignore,
  ontextentity: ignore,
};

const isBlank = (char: string | undefined): boolean => char === ' ' || char === '\t';
const isSpace = (char: string | undefined): boolean => char !== undefined && char <= ' ';

/** A line end before the attribute's leading blanks, or behind its closing quote, is only white space between attributes. */
const breaksAround = (text: string, href: Href): { before: number; after: number } => {
  let before = href.nameStart;
  while (isBlank(text[before - 1])) before--;
  return { before, after: href.after };
};

/** `isOver` once the text has been read: what the tokenizer reports after that is not in it. */
type Search = { readonly view: ScanView; readonly found: FoundSpans; isOver: boolean };

/** The link of a tag, or why it stays as it is. */
const linkOf = (view: ScanView, href: Href): LinkSpan | UntouchedReason => {
  const { text } = view;
  let { start, end } = href;
  while (start < end && isSpace(text[start])) start++;
  while (end > start && isSpace(text[end - 1])) end--;
  const value = unicodeOf(view, start, end);
  if (value === undefined) return 'undecodable_link';
  const url = cleanTarget(decodeReferences(value));
  return untouchedReasonOf(url) ?? { url, start, end, breaks: breaksAround(text, href) };
};

const addLink = ({ view, found, isOver }: Search, tag: Tag): void => {
  if (!tag.href || isOver) return;
  const link = tag.isOptedOut ? 'opt_out' : linkOf(view, tag.href);
  if (typeof link === 'string') leave(found, link);
  else found.links.push(link);
};

/** `[if …]>` is short; the bound keeps a text full of open brackets linear. */
const MAX_CONDITION = 300;

/** Where the content of a conditional comment begins, which Outlook reads as HTML; `undefined` for another comment. */
const conditionalStart = (text: string, start: number, end: number): number | undefined => {
  if (text[start] !== '[') return undefined;
  const head = text.slice(start, Math.min(end, start + MAX_CONDITION));
  const condition = /^\[if\b[^>]*?\]>/i.exec(head);
  return condition ? start + condition[0].length : undefined;
};

/** The tokenizer's offsets are relative to what it was given: `base` makes them indexes of the view. */
type Reader = { readonly search: Search; readonly region: Region; readonly tag: Tag; readonly place: Place };

const attributeCallbacks = ({ search, region, tag }: Reader): Partial<TokenizerCallbacks> => {
  const { text } = search.view;
  const { base } = region;
  const attribute: Attribute = { nameStart: 0, name: '', start: 0, end: 0 };
  return {
    onattribname: (start, end) => {
      if (!tag.isLink) return;
      attribute.nameStart = base + start;
      attribute.name = text.slice(base + start, base + end).toLowerCase();
      attribute.start = base + end;
      attribute.end = base + end;
    },
    onattribdata: (start, end) => {
      attribute.start = base + start;
      attribute.end = base + end;
    },
    onattribend: (_, after) => {
      if (!tag.isLink) return;
      const { nameStart, name, start, end } = attribute;
      if (name !== 'href') {
        tag.isOptedOut ||= isOptOut(name, text.slice(start, end).trim().toLowerCase());
        return;
      }
      // HTML: of two attributes with one name the first counts.
      tag.href ??= { start, end, nameStart, after: base + after };
    },
  };
};

const mayBeForeign = (first: number): boolean =>
  (first | LOWER_CASE) === LOWER_S || (first | LOWER_CASE) === LOWER_M;
const foreignName = (name: string): string => (/^(svg|math)$/i.test(name) ? name.toLowerCase() : '');

const tagCallbacks = ({ search, region, tag, place }: Reader): Partial<TokenizerCallbacks> => {
  const { text } = search.view;
  const { base } = region;
  let foreign = '';
  let foreignAt = -1;
  const endTag = () => {
    if (tag.isLink) addLink(search, tag);
    tag.isLink = false;
  };
  return {
    onopentagname: (start, end) => {
      place.lastTag = base + start - 1;
      tag.isLink = isLinkTag(text, base + start, base + end);
      tag.isOptedOut = false;
      tag.href = undefined;
      if (foreign !== '' || !mayBeForeign(text.charCodeAt(base + start))) return;
      foreign = foreignName(text.slice(base + start, base + end));
      foreignAt = place.lastTag;
    },
    onopentagend: endTag,
    onselfclosingtag: () => {
      endTag();
      if (foreignAt === place.lastTag) foreign = '';
    },
    onclosetag: (start, end) => {
      if (end - start > 4 || end - start < 3) return;
      const name = text.slice(base + start, base + end).toLowerCase();
      if (name === foreign) foreign = '';
      if (name === 'body') place.bodyEnd = base + start - 2;
      else if (name === 'html') place.htmlEnd = base + start - 2;
    },
    // In SVG and MathML, style and title are ordinary elements: HTML, "tree construction", foreign content.
    isInForeignContext: () => foreign !== '',
  };
};

const noPlace = (): Place => ({ bodyEnd: -1, htmlEnd: -1, lastTag: -1 });

/** Comments end at the first `-->` and CDATA at the first `]]>`, so regions nest at most twice: the search stays linear. */
const tokenizerFor = (search: Search, region: Region, place: Place): Tokenizer => {
  const reader: Reader = {
    search,
    region,
    tag: { isLink: false, isOptedOut: false, href: undefined },
    place,
  };
  const { text } = search.view;
  const inner = (from: number, to: number) => {
    const part = { base: from, text: text.slice(from, to) };
    tokenizerFor(search, part, noPlace()).write(part.text);
  };
  return new Tokenizer(
    { decodeEntities: false },
    {
      ...silent,
      ...attributeCallbacks(reader),
      ...tagCallbacks(reader),
      oncomment: (start, end, tail) => {
        const from = conditionalStart(text, region.base + start, region.base + end - tail);
        if (from !== undefined) inner(from, region.base + end - tail);
      },
      // Outside SVG and MathML a browser ends `<![CDATA[` at the first `>` and shows what follows.
      oncdata: (start, end, tail) => {
        const from = region.text.slice(start, end - tail).indexOf('>');
        if (from !== -1) inner(region.base + start + from + 1, region.base + end - tail);
      },
    },
  );
};

/** The end of the text before its trailing white space, so that a last line end stays last. */
const trimmedEnd = (text: string): number => {
  let end = text.length;
  while (end > 0 && isSpace(text[end - 1])) end--;
  return end;
};

/** The links of an HTML text, in its order, and the place for an image. Linear in the text. */
export function findHtmlLinks(view: ScanView): HtmlLinks {
  const { text } = view;
  const found: FoundSpans = { links: [], untouched: new Map() };
  const place = noPlace();
  const state: Search = { view, found, isOver: false };
  const tokenizer = tokenizerFor(state, { base: 0, text }, place);
  tokenizer.write(text);
  state.isOver = true;
  const { bodyEnd, htmlEnd, lastTag } = place;
  if (bodyEnd !== -1) return { ...found, imageAt: bodyEnd };
  if (htmlEnd !== -1) return { ...found, imageAt: htmlEnd };
  // Would a tag at the very end be one, or does it fall into a comment, a style, an unfinished tag?
  tokenizer.write('<b>');
  const isOpen = place.lastTag === text.length;
  return { ...found, imageAt: isOpen ? trimmedEnd(text) : Math.max(lastTag, 0) };
}
