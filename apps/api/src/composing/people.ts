/** The addresses of a JSON submission. */
import type { SendBody } from '@waybill/contract/send';
import type { Mailbox } from '@waybill/mail/addresses/mailboxes';
import { parseNamedMailboxes } from '@waybill/mail/addresses/named-mailbox';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { People } from './header.ts';

function readMailbox(pointer: string, text: string): readonly Mailbox[] {
  const boxes = parseNamedMailboxes(text);
  if (boxes !== undefined && boxes.length > 0) return boxes;
  throw faultAt(
    pointer,
    text.includes('<')
      ? 'is not a mail address with a name before it; put a name that holds an address in quotation marks'
      : 'is not a mail address',
  );
}

function readMailboxes(pointer: string, given: string | readonly string[] = []): readonly Mailbox[] {
  if (typeof given === 'string') return readMailbox(pointer, given);
  return given.flatMap((text, index) => readMailbox(`${pointer}/${index}`, text));
}

function readFrom(text: string): Mailbox {
  const [from, second] = readMailbox('/from', text);
  if (from === undefined || second !== undefined) throw faultAt('/from', 'must be exactly one address');
  return from;
}

export const peopleOf = (body: SendBody): People & { readonly bcc: readonly Mailbox[] } => ({
  from: readFrom(body.from),
  to: readMailboxes('/to', body.to),
  cc: readMailboxes('/cc', body.cc),
  replyTo: readMailboxes('/reply_to', body.reply_to),
  bcc: readMailboxes('/bcc', body.bcc),
});
