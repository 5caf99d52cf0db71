/** Whether a link may be replaced, and what it points at. */

/** Where a link's target stands in a view, and where a line end may be put around it. */
export type LinkSpan = {
  /** The target as a reader follows it: charset and entities decoded, line breaks inside removed. */
  readonly url: string;
  readonly start: number;
  readonly end: number;
  readonly breaks?: { readonly before: number; readonly after: number };
};

/** Why a link stays as it is. */
export const untouchedReasons = [
  'opt_out',
  'placeholder',
  'fragment',
  'relative',
  'other_scheme',
  'malformed',
  'undecodable_link',
  'ambiguous_end',
] as const;
/** A member of `untouchedReasons`. */
export type UntouchedReason = (typeof untouchedReasons)[number];

/** What a search found: links to replace, and how many others were left for which reason. */
export type FoundSpans = {
  readonly links: LinkSpan[];
  readonly untouched: Map<UntouchedReason, number>;
};

/** Counts in place: the search owns what it is filling. */
export const leave = (found: FoundSpans, reason: UntouchedReason): void => {
  found.untouched.set(reason, (found.untouched.get(reason) ?? 0) + 1);
};

/** What templates leave for others to fill in: `{{x}}`, `%%x%%`, `*|x|*`, `${x}`, `{%x%}`, `[[x]]`, `<%x%>`. */
const PLACEHOLDER = /\{\{|\}\}|%%|\*\||\|\*|\$\{|\{%|%\}|\[\[|\]\]|<%|%>/;
const HTTP = /^https?:\/\/[^/?#]/i;
const ANY_HTTP = /^https?:/i;
const SCHEME = /^[a-z][a-z0-9+.-]*:/i;
const CONTROL = /\p{Cc}/u;
const LINE_PARTS = /[\t\r\n]/g;
const SPACE = 0x20;

/** Removes what a browser removes before it reads a URL. WHATWG URL, basic URL parser, steps 1 to 3. */
export function cleanTarget(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= SPACE) start++;
  while (end > start && text.charCodeAt(end - 1) <= SPACE) end--;
  return text.slice(start, end).replace(LINE_PARTS, '');
}

/** Why the target must be left as it is; `undefined` for an absolute http or https URL. */
export function untouchedReasonOf(url: string): UntouchedReason | undefined {
  if (url === '' || url.startsWith('#')) return 'fragment';
  if (PLACEHOLDER.test(url)) return 'placeholder';
  if (HTTP.test(url)) return CONTROL.test(url) || !URL.canParse(url) ? 'malformed' : undefined;
  if (ANY_HTTP.test(url)) return 'malformed';
  return SCHEME.test(url) ? 'other_scheme' : 'relative';
}
