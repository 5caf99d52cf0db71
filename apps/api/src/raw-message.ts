/** `POST /v1/messages/raw`: a message as it is, its envelope in two headers. */
import { formatAddress, needsSmtpUtf8 } from '@waybill/mail/address';
import { fieldValue, firstField, parseHeaders } from '@waybill/mail/headers';
import { type Mailbox, parseMailboxes } from '@waybill/mail/mailboxes';
import { readFrom } from '@waybill/relay/from-header';
import { requireModestHeader } from '@waybill/relay/modest-header';
import { Refusal } from '@waybill/relay/refusal';
import type { FastifyRequest } from 'fastify';
import type { Composed } from './compose.ts';
import { faultAt } from './request-fault.ts';

/** A file from a Unix editor has bare LF throughout. What mixes line ends could be read in two ways. RFC 5321 §2.3.8. */
function withCrlf(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  if (!text.includes('\r') && !text.includes('\0'))
    return Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
  if (/\r(?!\n)|(?<!\r)\n|\0/.test(text)) throw new Refusal('bare_line_ending');
  return bytes;
}

/** Node gives header values as latin1, which is what the parser wants. */
function headerMailboxes(request: FastifyRequest, name: string): readonly Mailbox[] | undefined {
  const value = request.headers[name];
  return value === undefined ? undefined : parseMailboxes([value].flat().join(', '));
}

function senderOf(request: FastifyRequest, bytes: Buffer): Mailbox | undefined {
  const given = request.headers['x-envelope-from'];
  if (given === '<>') return undefined;
  if (given !== undefined) {
    const [sender, second] = headerMailboxes(request, 'x-envelope-from') ?? [];
    if (sender === undefined || second !== undefined)
      throw faultAt('/headers/x-envelope-from', 'must be one address, or <>');
    return sender;
  }
  const { fields } = parseHeaders(bytes);
  const { fault } = readFrom(fields);
  const from = firstField(fields, 'From');
  const [sender] = (fault === undefined && from && parseMailboxes(fieldValue(from))) || [];
  if (sender === undefined) throw new Refusal('from_header_malformed');
  return sender;
}

export function readRaw(request: FastifyRequest): Composed {
  if (!Buffer.isBuffer(request.body)) throw new Refusal('unsupported_media_type');
  if (request.body.length === 0) throw new Refusal('message_malformed');
  const bytes = withCrlf(request.body);
  requireModestHeader(bytes);
  const recipients = headerMailboxes(request, 'x-envelope-to') ?? [];
  if (recipients.length === 0)
    throw faultAt('/headers/x-envelope-to', 'must be addresses separated by commas');
  const sender = senderOf(request, bytes);
  const everyone = sender === undefined ? recipients : [sender, ...recipients];
  return {
    envelope: {
      mailFrom: sender && formatAddress(sender.address),
      rcptTo: recipients.map(({ address }) => formatAddress(address)),
      smtpUtf8: everyone.some(({ address }) => needsSmtpUtf8(address)),
      body: bytes.some((octet) => octet > 0x7f) ? '8bitmime' : '7bit',
    },
    bytes,
    options: {},
  };
}
