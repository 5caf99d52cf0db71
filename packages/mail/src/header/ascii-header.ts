/**
 * A field with raw bytes beyond ASCII as ASCII that says the same: encoded words (RFC 2047) for text and display names,
 * RFC 2231 for parameters, percent-encoding (RFC 3987 §3.1) for URLs. Addresses are never changed: only SMTPUTF8 carries them.
 */
import { isAscii } from 'node:buffer';
import { asciiAddresses } from '../addresses/ascii-addresses.ts';
import { unescaped } from '../addresses/mailboxes.ts';
import { fieldValue, type HeaderField, makeField } from '../headers.ts';
import { replaceComments } from './comments.ts';
import { decodeWords, encodeHeaderText } from './encoded-word.ts';
import { foldedField } from './fold-header.ts';
import { type HeaderKind, headerKind } from './header-kind.ts';
import { textOfBytes } from './legacy-text.ts';

const beyondAscii = /[^\0-\x7f]/;

const percent = (text: string): string =>
  Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');

/** RFC 2231 §4: what a value may hold without a percent sign. */
const extended = (text: string): string => text.replace(/[^A-Za-z0-9!#$&+.^_`{|}~-]+/g, percent);

const parameter = /(;[ \t]*)([!#-:<>-~]+)[ \t]*=[ \t]*("(?:[^"\\]|\\.)*"|[^;]*)/g;

function asciiParameter(written: string, head: string, [name, value]: readonly [string, string]): string {
  if (!beyondAscii.test(value) || name.endsWith('*')) return written;
  const plain = value.startsWith('"') && value.endsWith('"') ? unescaped(value) : value.trim();
  return `${head}${name}*=utf-8''${extended(plain)}`;
}

const asciiParameters = (text: string): string =>
  text.replace(parameter, (written: string, ...[head, name, value]: [string, string, string]) =>
    asciiParameter(written, head, [name, value]),
  );

/** An encoded word may stand in a comment of any structured field. RFC 2047 §5(2). */
const asciiComments = (text: string): string =>
  replaceComments(text, (comment) =>
    beyondAscii.test(comment) ? `(${encodeHeaderText(unescaped(comment))})` : comment,
  ) ?? text;

const asciiUrls = (text: string): string => text.replace(/[^\0-\x7f]+/g, percent);

const asciiWords = (text: string): string =>
  text
    .split(',')
    .map((phrase) => (beyondAscii.test(phrase) ? ` ${encodeHeaderText(decodeWords(phrase).trim())}` : phrase))
    .join(',')
    .trimStart();

const rewriters: Readonly<Record<HeaderKind, (text: string) => string>> = {
  text: (text) => encodeHeaderText(decodeWords(text)),
  addresses: asciiAddresses,
  parameters: asciiParameters,
  urls: asciiUrls,
  words: asciiWords,
  ids: asciiComments,
  other: asciiComments,
};

/**
 * The field in ASCII; `undefined` when it holds bytes that nothing but SMTPUTF8 can carry, such as those of an address.
 * `charset` is what the message names for its own text, for bytes that are not UTF-8.
 */
export function asciiField(field: HeaderField, charset: string | undefined): HeaderField | undefined {
  const text = textOfBytes(Buffer.from(fieldValue(field), 'latin1'), charset);
  const value = rewriters[headerKind(field.key)](text);
  if (beyondAscii.test(value) || /[\0\r\n]/.test(value.replace(/\r\n(?=[ \t])/g, ''))) return undefined;
  const fresh = makeField(field.name, value);
  return foldedField(fresh) ?? fresh;
}

/** Whether every byte of the field is ASCII. */
export const isAsciiField = ({ raw }: HeaderField): boolean => isAscii(raw);
