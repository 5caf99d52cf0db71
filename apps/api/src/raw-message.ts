/** `POST /v1/messages/raw`: a message as it is, its envelope in two headers. */
import { isAscii } from 'node:buffer';
import { type Address, formatAddress, needsSmtpUtf8, parseAddress } from '@waybill/mail/address';
import { type Mailbox, parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { parseHeaders } from '@waybill/mail/headers';
import { faultAt } from '@waybill/relay/management/request-fault';
import { Refusal } from '@waybill/relay/refusal';
import { readFrom } from '@waybill/relay/submission/from-header';
import { requireModestHeader } from '@waybill/relay/submission/modest-header';
import type { FastifyRequest } from 'fastify';
import type { Composed } from './compose.ts';

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

/** Node gives header values as latin1, as the parser expects. */
function headerMailboxes(request: FastifyRequest, name: string): readonly Mailbox[] | undefined {
  const value = request.headers[name];
  return value === undefined ? undefined : parseMailboxes([value].flat().join(', '));
}

function senderOf(request: FastifyRequest, bytes: Buffer): Address | undefined {
  const given = request.headers['x-envelope-from'];
  if (given === '<>') return undefined;
  if (given !== undefined) {
    const [sender, second] = headerMailboxes(request, 'x-envelope-from') ?? [];
    if (sender === undefined || second !== undefined)
      throw faultAt('/headers/x-envelope-from', 'must be one address, or <>');
    return sender.address;
  }
  const from = readFrom(parseHeaders(bytes).fields);
  if (from.fault !== undefined) throw new Refusal('from_header_malformed', { detail: from.fault });
  return parseAddress(from.address);
}

export function readRaw(request: FastifyRequest): Composed {
  if (!Buffer.isBuffer(request.body)) throw new Refusal('unsupported_media_type');
  if (request.body.length === 0) throw new Refusal('message_malformed');
  const bytes = withCrlf(request.body);
  requireModestHeader(bytes);
  requireShortLines(bytes);
  const recipients = headerMailboxes(request, 'x-envelope-to') ?? [];
  if (recipients.length === 0)
    throw faultAt('/headers/x-envelope-to', 'must be addresses separated by commas');
  const sender = senderOf(request, bytes);
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
