/**
 * The mailboxes of From, To, Cc and their like. RFC 5322 §3.4, groups in From RFC 6854.
 * What a receiver could read in two ways is not read at all: whom a message claims to be from must not depend on the parser.
 */
import { type Address, parseAddress } from '../address.ts';
import { commentEnd } from '../header/comments.ts';
import { decodeWords, textOfBytes } from '../header/encoded-word.ts';

/** An address of a header field, with its display name. RFC 5322 §3.4. */
export type Mailbox = {
  readonly address: Address;
  /** The display name for people, decoded; empty when there is none. Says nothing about who sent it. */
  readonly name: string;
};

/** A lexical token of an address list. RFC 5322 §3.2. */
export type Token = {
  readonly kind: 'word' | 'quoted' | 'comment' | 'angle' | 'special' | 'space';
  /** As written, delimiters included. */
  readonly raw: string;
};

// Sticky, tried in this order at each place. Comments nest and are read by hand.
const patterns: readonly (readonly [Token['kind'], RegExp])[] = [
  ['space', /[ \t]+/y],
  ['quoted', /"(?:[^"\\]|\\.)*"/y],
  ['angle', /<(?:[^<>"\\]|"(?:[^"\\]|\\.)*")*>/y],
  ['special', /[,:;]/y],
  // A domain literal belongs to its word: the colons inside are not a group's.
  ['word', /(?:[^ \t"(),:;<>[\]\\]|\[[^[\]\\<>"(),; \t]*\])+/y],
];

function tokenAt(text: string, at: number): Token | undefined {
  if (text[at] === '(') {
    const end = commentEnd(text, at);
    return end === -1 ? undefined : { kind: 'comment', raw: text.slice(at, end) };
  }
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = at;
    const raw = pattern.exec(text)?.[0];
    if (raw !== undefined) return { kind, raw };
  }
  return undefined;
}

/** The value in tokens that together are the whole of it; `undefined` when a quoted string or a comment never ends. */
export function tokenize(text: string): Token[] | undefined {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const token = tokenAt(text, at);
    if (token === undefined) return undefined;
    tokens.push(token);
    at += token.raw.length;
  }
  return tokens;
}

/** The content of a quoted string or a comment. */
export const unescaped = (raw: string): string => raw.slice(1, -1).replace(/\\(.)/g, '$1');

const isBlank = ({ kind }: Token): boolean => kind === 'space' || kind === 'comment';

function trimmed(tokens: readonly Token[]): readonly Token[] {
  const from = tokens.findIndex((token) => !isBlank(token));
  const to = tokens.findLastIndex((token) => !isBlank(token));
  return from === -1 ? [] : tokens.slice(from, to + 1);
}

/** Words are decoded, quoted strings are not: RFC 2047 §5(3). */
export function phraseText(tokens: readonly Token[]): string {
  let text = '';
  let words = '';
  for (const { kind, raw } of tokens) {
    if (kind === 'word') words += raw;
    else if (kind !== 'quoted') words += ' ';
    else {
      text += decodeWords(words) + unescaped(raw);
      words = '';
    }
  }
  return (text + decodeWords(words)).replace(/\s+/g, ' ').trim();
}

/** Some programs decode encoded words before they look for an address. What only they would see is not accepted. */
const looksEncoded = ({ local, domain }: Address): boolean => /=\?.*\?/.test(`${local}@${domain}`);

function addressOf(text: string): Address | undefined {
  const address = parseAddress(text);
  return address === undefined || looksEncoded(address) ? undefined : address;
}

/** `Name <a@b>`, `<a@b>`, `a@b`, `a@b (Name)`. */
function parseMailbox(tokens: readonly Token[]): Mailbox | undefined {
  const core = trimmed(tokens);
  const last = core.at(-1);
  if (last?.kind === 'angle') {
    const phrase = core.slice(0, -1);
    if (phrase.some(({ kind }) => kind === 'angle')) return undefined;
    const address = addressOf(last.raw.slice(1, -1).replace(/^[ \t]|[ \t]$/g, ''));
    return address && { address, name: phraseText(phrase) };
  }
  // White space or a comment inside an address is legal (§4.4) and read differently by everyone.
  const isWhole = core.every(({ kind }) => kind === 'word' || kind === 'quoted');
  const address = isWhole ? addressOf(core.map(({ raw }) => raw).join('')) : undefined;
  const comment = tokens.findLast(({ kind }) => kind === 'comment');
  return address && { address, name: comment ? decodeWords(unescaped(comment.raw)).trim() : '' };
}

type State = { readonly boxes: Mailbox[]; pending: Token[]; inGroup: boolean };

/** Takes the element in front of a separator. False when it is no mailbox; empty elements are skipped, §4.4. */
function takeElement(state: State): boolean {
  const isEmpty = state.pending.every(isBlank);
  const mailbox = isEmpty ? undefined : parseMailbox(state.pending);
  if (mailbox) state.boxes.push(mailbox);
  state.pending = [];
  return isEmpty || mailbox !== undefined;
}

/** A group's name in front of its colon; groups do not nest. */
function openGroup(state: State): boolean {
  const name = trimmed(state.pending);
  const isName = name.length > 0 && name.every(({ kind, raw }) => kind !== 'angle' && !/^[^"(]*@/.test(raw));
  const opens = isName && !state.inGroup;
  state.inGroup = true;
  state.pending = [];
  return opens;
}

function closeGroup(state: State): boolean {
  const wasOpen = state.inGroup;
  const isTaken = takeElement(state);
  state.inGroup = false;
  return wasOpen && isTaken;
}

function separate(state: State, separator: string): boolean {
  if (separator === ':') return openGroup(state);
  return separator === ';' ? closeGroup(state) : takeElement(state);
}

/**
 * The mailboxes of a header value as `fieldValue` gives it, members of groups among them. `undefined` when it cannot be
 * understood, or could be understood differently by the receiver. Linear in the length of the value.
 */
export function parseMailboxes(value: string): readonly Mailbox[] | undefined {
  const text = textOfBytes(value);
  if (/(?!\t)\p{Cc}/u.test(text)) return undefined;
  const tokens = tokenize(text);
  const state: State = { boxes: [], pending: [], inGroup: false };
  for (const token of tokens ?? []) {
    if (token.kind !== 'special') state.pending.push(token);
    else if (!separate(state, token.raw)) return undefined;
  }
  return tokens && !state.inGroup && takeElement(state) ? state.boxes : undefined;
}
