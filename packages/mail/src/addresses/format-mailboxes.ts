/** Mailboxes as the value of From, To, Cc and Reply-To. RFC 5322 §3.4, RFC 2047 §5(3). */
import { formatAddress } from '../address.ts';
import { encodeWords } from '../header/encoded-word.ts';
import type { Mailbox } from './mailboxes.ts';

/** Words that need no quotation marks. RFC 5322 §3.2.3, §3.2.5; a dot is obsolete there, §4.1. */
const plainPhrase = /^[A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+(?: [A-Za-z0-9!#$%&'*+\-/=?^_`{|}~]+)*$/;
/** A longer name in quotation marks could not be folded into short lines. */
const MAX_PLAIN = 60;

/** Every reader gets the name as it was given, whatever signs it holds. */
function formatName(name: string): string {
  // What looks like an encoded word would be decoded, also inside quotation marks by some readers.
  if (!/^[ -~]*$/.test(name) || name.length > MAX_PLAIN || name.includes('=?')) return encodeWords(name);
  return plainPhrase.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`;
}

function formatMailbox({ address, name }: Mailbox): string {
  const written = formatAddress(address);
  if (name === '') return written;
  // A fold behind the name keeps the line below 998 bytes with the longest address.
  return `${formatName(name)}${name.length > MAX_PLAIN / 2 ? '\r\n' : ''} <${written}>`;
}

/** One mailbox to a line, folded. */
export const formatMailboxes = (mailboxes: readonly Mailbox[]): string =>
  mailboxes.map(formatMailbox).join(',\r\n ');
