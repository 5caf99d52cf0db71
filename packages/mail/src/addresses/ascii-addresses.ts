/** Display names and comments of an address field as encoded words; everything else of the field stays as it is. RFC 2047 §5. */
import { encodeHeaderText } from '../header/encoded-word.ts';
import { parseMailboxes, phraseText, type Token, tokenize, unescaped } from './mailboxes.ts';

const beyondAscii = /[^\0-\x7f]/;

const written = (tokens: readonly Token[]): string => tokens.map(({ raw }) => raw).join('');

const asciiComment = (token: Token): string =>
  token.kind === 'comment' && beyondAscii.test(token.raw)
    ? `(${encodeHeaderText(unescaped(token.raw))})`
    : token.raw;

/** The display name or the name of a group. Its comments stand behind it then. */
function asciiPhrase(tokens: readonly Token[]): string {
  const comments = tokens.filter(({ kind }) => kind === 'comment');
  const named = tokens.filter(({ kind }) => kind !== 'comment');
  if (!beyondAscii.test(written(named))) return tokens.map(asciiComment).join('');
  const lead = tokens[0]?.kind === 'space' ? tokens[0].raw : '';
  return [`${lead}${encodeHeaderText(phraseText(named))}`, ...comments.map(asciiComment), ''].join(' ');
}

/** One element with the separator behind it: `Name <a@b>,` or `Group:`. */
function asciiElement(tokens: readonly Token[]): string {
  const last = tokens.at(-1);
  const end = tokens.findIndex(({ kind, raw }) => kind === 'angle' || (kind === 'special' && raw === ':'));
  // Without angle brackets the words are an address.
  if (end === -1) return tokens.map(asciiComment).join('');
  const phrase = asciiPhrase(tokens.slice(0, end));
  const rest = tokens.slice(end).map(asciiComment).join('');
  return last?.raw === ':' ? `${phrase.trimEnd()}${rest}` : `${phrase}${rest}`;
}

function elementsOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const elements: Token[][] = [[]];
  for (const token of tokens) {
    elements.at(-1)?.push(token);
    if (token.kind === 'special') elements.push([]);
  }
  return elements;
}

const addressesIn = (text: string): string | undefined =>
  parseMailboxes(text)
    ?.map(({ address }) => `${address.local}@${address.domain}`)
    .join('\n');

/** The same text when it cannot be taken apart, or when another reader could find other addresses in the result. */
export function asciiAddresses(text: string): string {
  const tokens = tokenize(text);
  if (!tokens) return text;
  const made = elementsOf(tokens).map(asciiElement).join('');
  return addressesIn(text) === addressesIn(made.replace(/\r\n(?=[ \t])/g, '')) ? made : text;
}
