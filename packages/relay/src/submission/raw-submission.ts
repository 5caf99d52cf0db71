/** A whole message as a client gave it, with its envelope apart: in headers of HTTP, in fields of JSON, or on the command line. */
import { isAscii } from 'node:buffer';
import { type Address, formatAddress, needsSmtpUtf8, parseAddress } from '@waybill/mail/address';
import { type Mailbox, parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { parseHeaders } from '@waybill/mail/headers';
import { faultAt } from '../management/request-fault.ts';
import { Refusal } from '../refusal.ts';
import type { Composed } from './composed.ts';
import { readFrom } from './from-header.ts';
import { requireModestHeader } from './modest-header.ts';

/** A file from a Unix editor has bare LF throughout. Mixed line ends can be read in two ways and are refused. RFC 5321 §2.3.8. */
function withCrlf(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes('\r') && !text.includes('\0'))
    return Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(text)) throw new Refusal('bare_line_ending');
  return bytes;
}

const MAX_LINE_BYTES = 998;

/** RFC 5322 §2.1.1: receivers cut or refuse longer lines. Lines of the header are folded when the message is prepared. */
function requireShortLines(bytes: Buffer): void {
  const { bodyStart } = parseHeaders(bytes);
  let start = bodyStart;
  for (let end = bytes.indexOf('\r\n', start); start < bytes.length; end = bytes.indexOf('\r\n', start)) {
    const length = (end === -1 ? bytes.length : end) - start;
    if (length > MAX_LINE_BYTES)
      throw new Refusal('line_too_long', { detail: `a line of the body has ${length} bytes` });
    start += length + 2;
  }
}

/** The envelope as the client wrote it, bytes as latin1, as the parser expects; and where a fault of it lies. */
export type WrittenEnvelope = {
  /** `<>`: the null reverse-path. `undefined`: the address of From. */
  readonly from: string | undefined;
  readonly to: string | undefined;
  readonly pointers: { readonly from: string; readonly to: string };
};

const latin1Of = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** The same envelope from text that was decoded already. */
export const envelopeOfText = ({ from, to, pointers }: WrittenEnvelope): WrittenEnvelope => ({
  from: from && latin1Of(from),
  to: to && latin1Of(to),
  pointers,
});

const mailboxesIn = (value: string | undefined): readonly Mailbox[] =>
  value === undefined ? [] : (parseMailboxes(value) ?? []);

function senderOf({ from, pointers }: WrittenEnvelope, bytes: Buffer): Address | undefined {
  if (from === '<>') return undefined;
  if (from !== undefined) {
    const [sender, second] = mailboxesIn(from);
    if (sender === undefined || second !== undefined)
      throw faultAt(pointers.from, 'must be one address, or <>');
    return sender.address;
  }
  const written = readFrom(parseHeaders(bytes).fields);
  if (written.fault !== undefined) throw new Refusal('from_header_malformed', { detail: written.fault });
  return parseAddress(written.address);
}

export function composeRaw(raw: Buffer, envelope: WrittenEnvelope): Composed {
  if (raw.length === 0) throw new Refusal('message_malformed');
  const bytes = withCrlf(raw);
  requireModestHeader(bytes);
  requireShortLines(bytes);
  const recipients = mailboxesIn(envelope.to);
  if (recipients.length === 0) throw faultAt(envelope.pointers.to, 'must be addresses separated by commas');
  const sender = senderOf(envelope, bytes);
  const rcptTo = recipients.map(({ address }) => address);
  const everyone = sender === undefined ? rcptTo : [sender, ...rcptTo];
  return {
    envelope: {
      mailFrom: sender && formatAddress(sender),
      rcptTo: rcptTo.map(formatAddress),
      smtpUtf8: everyone.some(needsSmtpUtf8),
      body: isAscii(bytes) ? '7bit' : '8bitmime',
    },
    bytes,
    options: {},
  };
}
