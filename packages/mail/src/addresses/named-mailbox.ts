/**
 * A mailbox that a person or a program wrote into a field of its own, such as `from` of a JSON body. The field holds one
 * mailbox by contract, so the name needs no quotation marks: it is what stands before the address.
 */
import { type Address, parseAddress } from '../address.ts';
import { decodeWords } from '../header/encoded-word.ts';
import { type Mailbox, parseMailboxes } from './mailboxes.ts';

/** Text as `fieldValue` gives it: UTF-8 as latin1 characters. */
const asFieldValue = (text: string): string => Buffer.from(text).toString('latin1');

/** `<a@b>` at the end; a quoted local part may hold anything. */
const angleAtEnd = /<((?:[^<>"\\]|"(?:[^"\\]|\\.)*")*)>$/;
const wholeQuotedString = /^"(?:[^"\\]|\\.)*"$/;

/** Another address in the name: the text may be a list of which one element is broken. */
const holdsAddress = (name: string): boolean =>
  /<[^<>]*@/.test(name) || (name.includes('@') && /[,;]/.test(name));

const looksEncoded = ({ local, domain }: Address): boolean => /=\?.*\?/.test(`${local}@${domain}`);

const oneSpace = (text: string): string => text.replace(/\s+/g, ' ').trim();

function nameOf(written: string): string {
  if (wholeQuotedString.test(written)) return oneSpace(written.slice(1, -1).replace(/\\(.)/g, '$1'));
  return oneSpace(decodeWords(written));
}

/** `Acme, Inc. <a@b>`: one mailbox whose name holds what a header would want in quotation marks. */
function parseLiteral(text: string): Mailbox | undefined {
  const [angle, inside = ''] = angleAtEnd.exec(text) ?? [];
  if (angle === undefined) return undefined;
  const written = text.slice(0, -angle.length).trim();
  if (!wholeQuotedString.test(written) && holdsAddress(written)) return undefined;
  const address = parseAddress(inside.trim());
  return address === undefined || looksEncoded(address) ? undefined : { address, name: nameOf(written) };
}

/**
 * The mailboxes of one text: a list as a header would hold it, or one mailbox with any name. `undefined` when it is neither,
 * or when an address may be hidden in the name. Control characters are refused.
 */
export function parseNamedMailboxes(given: string): readonly Mailbox[] | undefined {
  const text = given.trim();
  const listed = parseMailboxes(asFieldValue(text));
  if (listed !== undefined && listed.length !== 1) return listed;
  if (/\p{Cc}/u.test(text)) return undefined;
  if (!angleAtEnd.test(text)) return listed;
  // The literal reading keeps what a header would take for a comment or for quotation marks.
  const literal = parseLiteral(text);
  return literal && [literal];
}
