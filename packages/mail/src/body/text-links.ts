/** The http and https URLs in plain text, as offsets. RFC 3986 appendix C, RFC 3676. */

import { type ScanView, unicodeOf } from './charset.ts';
import {
  type FoundSpans,
  type LinkSpan,
  leave,
  type UntouchedReason,
  untouchedReasonOf,
} from './link-target.ts';

/** What the Content-Type says about line ends: with `format=flowed; delsp=yes` a word may go on behind one. RFC 3676 §4. */
export type TextFormat = { readonly deletesSpaces: boolean };

const START = /https?:\/\//gi;
/** No reader takes these as part of a URL, RFC 3986 or not. Bytes over 127 and masked ones are looked at apart. */
const END = /[^!#-;=?-_a-z|{}~\u0080-\uffff]/g;
/** Not `-`, `_` or `~`: tokens end in them. */
const TRAILER = `.,;:!?'*|`;
const CLOSERS: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

const countOf = (text: string, char: string): number => text.split(char).length - 1;

/** Length of the URL without the punctuation of the sentence around it; brackets stay where they are balanced. */
const trimmedLength = (run: string): number => {
  const surplus = new Map<string, number>();
  for (const [closer, opener] of Object.entries(CLOSERS)) {
    surplus.set(closer, countOf(run, closer) - countOf(run, opener));
  }
  let end = run.length;
  for (; end > 0; end--) {
    const last = run[end - 1] ?? '';
    const extra = surplus.get(last);
    if (extra !== undefined && extra > 0) surplus.set(last, extra - 1);
    else if (extra !== undefined || !TRAILER.includes(last)) break;
  }
  return end;
};

const NOT_ASCII = /[^ -~]/;
/** Typographic quotes, dashes, full-width punctuation and spaces end a URL. */
const FOREIGN_END = /(?![ -~])[\p{P}\p{S}\p{Z}\p{C}]/u;
/** Scripts that are written without spaces. Such a letter may belong to the URL or to the sentence. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const unitsOf = (view: ScanView, text: string): number | undefined => {
  if (view.unit === 2 || !NOT_ASCII.test(text)) return text.length;
  if (view.charset === 'utf-8' || view.charset === 'us-ascii') return Buffer.byteLength(text);
  return /^(windows|iso-8859|koi8|macintosh|x-mac|ibm866)/.test(view.charset) ? text.length : undefined;
};

type Run = { readonly url: string; readonly length: number };

/** The URL at the start of a run that holds other than ASCII. `undefined` when its end cannot be known. */
const foreignRun = (view: ScanView, start: number, end: number): Run | undefined => {
  const whole = unicodeOf(view, start, end);
  if (whole === undefined) return undefined;
  const stop = FOREIGN_END.exec(whole)?.index ?? whole.length;
  const run = whole.slice(0, stop);
  const url = run.slice(0, trimmedLength(run));
  if (UNSPACED.test(url)) return undefined;
  const length = unitsOf(view, url);
  return length === undefined ? undefined : { url, length };
};

const runAt = (view: ScanView, start: number, end: number): Run | undefined => {
  const run = view.text.slice(start, end);
  if (NOT_ASCII.test(run)) return foreignRun(view, start, end);
  const length = trimmedLength(run);
  return { url: run.slice(0, length), length };
};

type Span = { readonly start: number; readonly end: number };

/** A URL may go on behind the line end: in `<…` that is not closed yet, or where format=flowed joins lines without a space. */
const mayGoOn = (text: string, span: Span, format: TextFormat): boolean => {
  const next = text[span.end];
  if (next === '\r' || next === '\n') return text[span.start - 1] === '<';
  const afterSpace = text[span.end + 1];
  return format.deletesSpaces && next === ' ' && (afterSpace === '\r' || afterSpace === '\n');
};

/** A letter, digit or sign of a scheme before the URL means that the URL begins elsewhere. */
const WORD = /[a-z0-9+_-]/i;

const linkAt = (view: ScanView, span: Span, format: TextFormat): LinkSpan | UntouchedReason => {
  const run = mayGoOn(view.text, span, format) ? undefined : runAt(view, span.start, span.end);
  if (!run) return 'ambiguous_end';
  return untouchedReasonOf(run.url) ?? { url: run.url, start: span.start, end: span.start + run.length };
};

/** Searches once, from left to right: linear in the text. */
export function findTextLinks(view: ScanView, format: TextFormat): FoundSpans {
  const { text } = view;
  const found: FoundSpans = { links: [], untouched: new Map() };
  START.lastIndex = 0;
  for (let match = START.exec(text); match; match = START.exec(text)) {
    END.lastIndex = match.index;
    const end = END.exec(text)?.index ?? text.length;
    START.lastIndex = end;
    if (WORD.test(text[match.index - 1] ?? '')) continue;
    const link = linkAt(view, { start: match.index, end }, format);
    if (typeof link === 'string') leave(found, link);
    else found.links.push(link);
  }
  return found;
}
