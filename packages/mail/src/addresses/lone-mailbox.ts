/**
 * A From that breaks RFC 5322 in its display name only, and that every reader understands as the same one address:
 * `[Acme Shop] <a@b>`, `Acme :) <a@b>`. What could be read in two ways is not read; `unquotedFault` says what to quote.
 */
import { parseAddress } from '../address.ts';
import { decodeWords, textOfBytes } from '../header/encoded-word.ts';
import { type Mailbox, parseMailboxes } from './mailboxes.ts';

/** A name without anything that begins or ends an address, a list, a quoted string or an escape; then the one address. */
const lone = /^([^<>@,;"\\]*)<([^<>@,;:"\\()\s]+@[^<>@,;:"\\()\s]+)>[ \t]*$/;

/** A comment that never ends swallows the address for a reader that skips comments. */
function hasOpenComment(name: string): boolean {
  let depth = 0;
  for (const character of name) {
    if (character === '(') depth += 1;
    else if (character === ')' && depth > 0) depth -= 1;
  }
  return depth > 0;
}

/** `Team: Ada <a@b>` lacks only its semicolon to be a group. RFC 5322 §3.4. */
const isOpenGroup = (text: string): boolean => text.includes(':') && parseMailboxes(`${text};`) !== undefined;

/** Takes a header value as `fieldValue` gives it. Linear in its length. */
export function parseLoneMailbox(value: string): Mailbox | undefined {
  const text = textOfBytes(value);
  if (/(?!\t)\p{Cc}/u.test(text)) return undefined;
  const [, name = '', inside = ''] = lone.exec(text) ?? [];
  const address = parseAddress(inside);
  if (address === undefined || /=\?.*\?/.test(inside)) return undefined;
  if (hasOpenComment(name) || isOpenGroup(text)) return undefined;
  return { address, name: decodeWords(name).replace(/\s+/g, ' ').trim() };
}

const signs: readonly (readonly [RegExp, string])[] = [
  [/"/, 'a quotation mark that stands alone'],
  [/\\/, 'a backslash'],
  [/[<>]/, 'an angle bracket'],
  [/,/, 'a comma'],
  [/;/, 'a semicolon'],
  [/:/, 'a colon'],
  [/[()]/, 'a parenthesis'],
  [/@/, 'an at sign'],
];

/** A longer name is no mistake of a person; to look at it would take long. */
const MAX_FAULT_CHARACTERS = 1_000;

const quotedString = /"(?:[^"\\]|\\.)*"/g;

/** What stands outside quotation marks in the name before the last address and makes it unclear; `undefined`: nothing. */
export function unquotedFault(value: string): string | undefined {
  if (value.length > MAX_FAULT_CHARACTERS || !value.endsWith('>')) return undefined;
  const text = value.replace(quotedString, '""');
  const at = text.lastIndexOf('<');
  const name = text.slice(0, Math.max(at, 0)).replaceAll('""', '');
  const sign = signs.find(([pattern]) => pattern.test(name))?.[1];
  return sign === undefined
    ? undefined
    : `The name before the address has ${sign} outside quotation marks: write "Acme, Inc." <name@acme.example>.`;
}
