/** A JSON submission becomes a message and its envelope. The only file that knows nodemailer, and only its composer. */
import type { SendBody } from '@waybill/contract/send';
import { formatAddress, needsSmtpUtf8 } from '@waybill/mail/address';
import type { Envelope } from '@waybill/mail/envelope';
import { type Mailbox, parseMailboxes } from '@waybill/mail/mailboxes';
import type { SubmissionOptions } from '@waybill/relay/message';
import MailComposer from 'nodemailer/lib/mail-composer';
import { given } from './given.ts';
import { faultAt } from './request-fault.ts';
import { readScheduledAt } from './scheduled-at.ts';

export type Composed = {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  readonly options: SubmissionOptions;
};

/** The parser of header fields wants octets as latin1 characters. */
const octetsOf = (text: string): string => Buffer.from(text).toString('latin1');

function readMailboxes(pointer: string, given: string | readonly string[] | undefined): readonly Mailbox[] {
  const texts = given === undefined ? [] : [given].flat();
  return texts.flatMap((text) => {
    const boxes = parseMailboxes(octetsOf(text));
    if (boxes === undefined || boxes.length === 0) throw faultAt(pointer, 'is not a mail address');
    return boxes;
  });
}

function readFrom(text: string): Mailbox {
  const [from, second] = readMailboxes('/from', text);
  if (from === undefined || second !== undefined) throw faultAt('/from', 'must be exactly one address');
  return from;
}

const written = ({ address, name }: Mailbox): { name: string; address: string } => ({
  name,
  address: formatAddress(address),
});

const addressOf = ({ address }: Mailbox): string => formatAddress(address);

const tagText = (tag: NonNullable<SendBody['tags']>[number]): string => {
  if (typeof tag === 'string') return tag;
  return tag.value === '' ? tag.name : `${tag.name}:${tag.value}`;
};

const clicksOf = (clicks: boolean | SubmissionOptions['trackClicks']): SubmissionOptions['trackClicks'] => {
  if (typeof clicks !== 'boolean') return clicks;
  return clicks ? 'all' : 'none';
};

export const optionsOf = (body: SendBody): SubmissionOptions =>
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

const attachmentsOf = (body: SendBody) =>
  body.attachments?.map((attachment) => ({
    filename: attachment.filename,
    content: Buffer.from(attachment.content, 'base64'),
    ...(attachment.content_type === undefined ? {} : { contentType: attachment.content_type }),
    ...(attachment.content_id === undefined ? {} : { cid: attachment.content_id }),
  }));

type People = {
  readonly from: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  readonly replyTo: readonly Mailbox[];
};

/** Files and URLs are never read: everything is in the body. Bcc is in the envelope only. */
const compositionOf = (body: SendBody, people: People, date: Date) => ({
  from: written(people.from),
  to: people.to.map(written),
  cc: people.cc.map(written),
  replyTo: people.replyTo.map(written),
  subject: body.subject,
  date,
  headers: Object.entries(body.headers ?? {}).map(([key, value]) => ({ key, value })),
  ...(body.text === undefined && body.html !== undefined ? {} : { text: body.text ?? '' }),
  ...(body.html === undefined ? {} : { html: body.html }),
  attachments: attachmentsOf(body) ?? [],
  disableFileAccess: true,
  disableUrlAccess: true,
  newline: 'windows',
});

export async function compose(body: SendBody, now: Date): Promise<Composed> {
  readScheduledAt(body.scheduled_at, now);
  const people = {
    from: readFrom(body.from),
    to: readMailboxes('/to', body.to),
    cc: readMailboxes('/cc', body.cc),
    replyTo: readMailboxes('/reply_to', body.reply_to),
  };
  const bcc = readMailboxes('/bcc', body.bcc);
  const everyone = [people.from, ...people.to, ...people.cc, ...people.replyTo, ...bcc];
  const bytes = await new MailComposer(compositionOf(body, people, now)).compile().build();
  const is8Bit = bytes.some((octet) => octet > 0x7f);
  return {
    envelope: {
      mailFrom: addressOf(people.from),
      rcptTo: [...people.to, ...people.cc, ...bcc].map(addressOf),
      smtpUtf8: everyone.some(({ address }) => needsSmtpUtf8(address)),
      body: is8Bit ? '8bitmime' : '7bit',
    },
    bytes,
    options: optionsOf(body),
  };
}
