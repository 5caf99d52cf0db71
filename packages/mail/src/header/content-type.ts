/** Content-Type and Content-Disposition as a value with parameters. RFC 2045 §5.1, RFC 2183, RFC 2231. */
import { commentEnd } from './comments.ts';

/** A field value with parameters. RFC 2045 §5.1. */
export type StructuredValue = {
  /** Lower-cased: `text/html`, `attachment`. Empty when the field says nothing readable. */
  readonly value: string;
  /** By lower-cased name; the first of duplicates counts. Continuations and encoded values are put together. */
  readonly params: ReadonlyMap<string, string>;
};

/** Bytes that end a bare value: semicolon or white space. RFC 2045 forbids more, but senders use more. */
const BARE_END = /[;\s]/g;
const NAME_END = /[=;\s(]/g;

/** Offset of the next match of a global pattern, or the end of the text. Each call moves on, so a parse stays linear. */
const seek = (text: string, pattern: RegExp, from: number): number => {
  pattern.lastIndex = from;
  return pattern.exec(text)?.index ?? text.length;
};

/** A comment that never closes goes on to the end of the field. */
const behindComment = (text: string, from: number): number => {
  const end = commentEnd(text, from);
  return end === -1 ? text.length : end;
};

const NOT_SPACE = /\S/g;

const skipComments = (text: string, from: number): number => {
  let at = seek(text, NOT_SPACE, from);
  while (text[at] === '(') at = seek(text, NOT_SPACE, behindComment(text, at));
  return at;
};

type Read = { readonly text: string; readonly end: number };

/** A quoted string; one that never ends goes on to the end of the field. */
const readQuoted = (text: string, from: number): Read => {
  let value = '';
  let at = from + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === '\\') at++;
    value += text[at] ?? '';
    at++;
  }
  return { text: value, end: at + 1 };
};

const readValue = (text: string, from: number): Read => {
  if (text[from] === '"') return readQuoted(text, from);
  const end = seek(text, BARE_END, from);
  return { text: text.slice(from, end), end };
};

const decoderOf = (charset: string) => {
  try {
    return new TextDecoder(charset === '' ? 'utf-8' : charset);
  } catch {
    // An unknown label must not lose the parameter: one character per byte is the nearest there is.
    return new TextDecoder('latin1');
  }
};

const percentBytes = (text: string): Buffer =>
  Buffer.from(
    text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );

type Segment = { readonly index: number; readonly encoded: boolean; readonly text: string };

/** RFC 2231 §3 and §4: sections in order, the charset named once in the first encoded one. */
const joinSegments = (segments: readonly Segment[]): string => {
  const ordered = segments.toSorted((a, b) => a.index - b.index);
  const first = ordered[0];
  if (!ordered.some((segment) => segment.encoded)) return ordered.map((segment) => segment.text).join('');
  const marked = first?.encoded ? /^([^']*)'[^']*'/.exec(first.text) : undefined;
  const bytes = ordered.map(({ encoded, text }, position) => {
    const body = position === 0 && marked ? text.slice(marked[0].length) : text;
    return encoded ? percentBytes(body) : Buffer.from(body, 'latin1');
  });
  return decoderOf(marked?.[1] ?? '').decode(Buffer.concat(bytes));
};

/** `name*0*` and its like. Anything else is a plain parameter. */
const SECTION = /^([^*]+)(?:\*(\d{1,4}))?(\*)?$/;

type Sections = Map<string, Segment[]>;

/** Files a section of an extended parameter; answers whether it was one. */
const addSection = (sections: Sections, name: string, text: string): boolean => {
  const match = name.includes('*') ? SECTION.exec(name) : undefined;
  const base = match?.[1];
  if (base === undefined) return false;
  const segment = { index: Number(match?.[2] ?? 0), encoded: match?.[3] !== undefined, text };
  const known = sections.get(base);
  if (known) known.push(segment);
  else sections.set(base, [segment]);
  return true;
};

const collect = (raw: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => {
  const params = new Map<string, string>();
  const sections: Sections = new Map();
  for (const [name, text] of raw) {
    if (!addSection(sections, name, text) && !params.has(name)) params.set(name, text);
  }
  // RFC 2231 §4.1 lets the extended form win: the plain one is there for old readers.
  for (const [base, segments] of sections) params.set(base, joinSegments(segments));
  return params;
};

/** Reads a field value such as `text/html; charset="utf-8"`. Never throws; what it cannot read it leaves out. */
export function parseStructuredValue(text: string): StructuredValue {
  const start = skipComments(text, 0);
  const valueEnd = seek(text, NAME_END, start);
  const raw: [string, string][] = [];
  let at = text.indexOf(';', valueEnd);
  while (at !== -1 && at < text.length) {
    const nameStart = skipComments(text, at + 1);
    const nameEnd = seek(text, NAME_END, nameStart);
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    const equals = skipComments(text, nameEnd);
    if (text[equals] === '=' && name !== '') {
      const read = readValue(text, skipComments(text, equals + 1));
      raw.push([name, read.text]);
      at = text.indexOf(';', read.end);
    } else {
      at = text.indexOf(';', equals);
    }
  }
  return { value: text.slice(start, valueEnd).toLowerCase(), params: collect(raw) };
}
