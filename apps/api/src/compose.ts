/** Makes a message and its envelope from a JSON submission. The only file that imports nodemailer, and only its composer. */
import { isAscii } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { SendBody } from '@waybill/contract/send';
import { formatAddress, needsSmtpUtf8 } from '@waybill/mail/address';
import type { Mailbox } from '@waybill/mail/addresses/mailboxes';
import { withCrlf } from '@waybill/mail/body/line-ends';
import { type HeaderField, parseHeaders } from '@waybill/mail/headers';
import { given } from '@waybill/relay/given';
import { faultAt } from '@waybill/relay/management/request-fault';
import type { SubmissionOptions } from '@waybill/relay/message';
import type { Composed } from '@waybill/relay/submission/composed';
import MailComposer from 'nodemailer/lib/mail-composer';
import { partsOf } from './composing/attachments.ts';
import { headerOf } from './composing/header.ts';
import { peopleOf } from './composing/people.ts';
import { readScheduledAt } from './scheduled-at.ts';

const addressOf = ({ address }: Mailbox): string => formatAddress(address);

const tagText = (tag: NonNullable<SendBody['tags']>[number]): string => {
  if (typeof tag === 'string') return tag;
  return tag.value === '' ? tag.name : `${tag.name}:${tag.value}`;
};

const clicksOf = (clicks: boolean | SubmissionOptions['trackClicks']): SubmissionOptions['trackClicks'] => {
  if (typeof clicks !== 'boolean') return clicks;
  return clicks ? 'all' : 'none';
};

export const optionsOf = (body: Omit<SendBody, 'from'>): SubmissionOptions =>
  given({
    stream: body.stream,
    tags: body.tags?.map(tagText),
    metadata: body.metadata,
    customId: body.custom_id,
    trackOpens: body.tracking?.opens,
    trackClicks: clicksOf(body.tracking?.clicks),
    sendAt: body.scheduled_at,
    sandbox: body.sandbox,
  });

/** A message without any content is a fault of the client: a template was missing, or a field has another name. */
function requireContent({ text, html, attachments = [] }: SendBody): void {
  if (text === undefined && html === undefined && attachments.length === 0)
    throw faultAt('', 'must have text, html or attachments; an empty text is given as ""');
}

/** The composer may not read files or URLs. Bcc is in the envelope only. */
const compositionOf = (body: SendBody, domain: string, date: Date) => ({
  date,
  messageId: `<${randomUUID()}@${domain}>`,
  ...(body.text === undefined ? {} : { text: withCrlf(body.text) }),
  ...(body.html === undefined ? {} : { html: withCrlf(body.html) }),
  ...partsOf(body.attachments),
  disableFileAccess: true,
  disableUrlAccess: true,
  newline: 'windows',
});

/** Our fields first, then the composer's that are not among them: Date, Message-ID and the MIME fields. */
function withHeader(fields: readonly HeaderField[], composed: Buffer): Buffer {
  const ours = new Set(fields.map(({ key }) => key));
  const block = parseHeaders(composed);
  const others = block.fields.filter(({ key }) => !ours.has(key));
  return Buffer.concat([...[...fields, ...others].map(({ raw }) => raw), composed.subarray(block.end)]);
}

export async function compose(body: SendBody, now: Date): Promise<Composed> {
  readScheduledAt(body.scheduled_at, now);
  requireContent(body);
  const people = peopleOf(body);
  const { from, to, cc, bcc, replyTo } = people;
  const fields = headerOf(body, people);
  const composer = new MailComposer(compositionOf(body, from.address.domain, now));
  const bytes = withHeader(fields, await composer.compile().build());
  return {
    envelope: {
      mailFrom: addressOf(from),
      rcptTo: [...to, ...cc, ...bcc].map(addressOf),
      smtpUtf8: [from, ...to, ...cc, ...replyTo, ...bcc].some(({ address }) => needsSmtpUtf8(address)),
      body: isAscii(bytes) ? '7bit' : '8bitmime',
    },
    bytes,
    options: optionsOf(body),
  };
}
