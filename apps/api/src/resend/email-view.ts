/** Stored messages as Resend shows them. */
import type { ResendEmail, ResendEmailSummary } from '@waybill/contract/resend/email';
import { formatAddress } from '@waybill/mail/address';
import { parseMailboxes } from '@waybill/mail/addresses/mailboxes';
import { fieldsNamed, fieldValue, type HeaderField, parseHeaders } from '@waybill/mail/headers';
import type { MessageDetail, MessageRow } from '../message-view.ts';
import { summaryView } from '../message-view.ts';
import { preview } from '../preview.ts';

type LastEvent = ResendEmail['last_event'];
type Status = ReturnType<typeof summaryView>['status'];

/** Resend has no word for a message that is held: it waits. */
const eventOf: Readonly<Record<Status, LastEvent>> = {
  accepted: 'queued',
  processed: 'queued',
  discarded: 'failed',
  scheduled: 'scheduled',
  queued: 'queued',
  deferred: 'delivery_delayed',
  held: 'queued',
  unknown: 'sent',
  delivered: 'delivered',
  suppressed: 'suppressed',
  cancelled: 'canceled',
  failed: 'failed',
  bounced: 'bounced',
  complained: 'complained',
};

/** A delivered message that was opened or clicked says so. */
function lastEventOf({ message, events }: MessageDetail): LastEvent {
  const { status } = summaryView(message);
  if (status !== 'delivered') return eventOf[status];
  const seen = new Set(events.map(({ type }) => type));
  if (seen.has('clicked')) return 'clicked';
  return seen.has('opened') ? 'opened' : 'delivered';
}

const addressesIn = (fields: readonly HeaderField[], name: string): readonly string[] =>
  fieldsNamed(fields, name).flatMap((field) =>
    (parseMailboxes(fieldValue(field)) ?? []).map(({ address }) => formatAddress(address)),
  );

const someOrNull = (addresses: readonly string[]): string[] | null =>
  addresses.length === 0 ? null : [...addresses];

export function emailSummary(row: MessageRow): ResendEmailSummary {
  const { id, from, mail_from, subject, recipients, created_at, scheduled_at, status, message_id_header } =
    summaryView(row);
  return {
    id,
    message_id: message_id_header === null ? null : `<${message_id_header.replace(/^<|>$/g, '')}>`,
    from: from ?? mail_from ?? '',
    to: recipients,
    cc: null,
    bcc: null,
    reply_to: null,
    subject: subject ?? '',
    created_at,
    scheduled_at,
    last_event: eventOf[status],
  };
}

const tagOf = (text: string): { name: string; value: string } => {
  const [name = '', ...value] = text.split(':');
  return { name, value: value.join(':') };
};

/** Who was named where: recipients of the envelope that no field names were in Bcc. */
function peopleIn(bytes: Buffer, recipients: readonly string[]) {
  const { fields } = parseHeaders(bytes);
  const to = addressesIn(fields, 'To');
  const cc = addressesIn(fields, 'Cc');
  const named = new Set([...to, ...cc].map((address) => address.toLowerCase()));
  return {
    to: [...to],
    cc: someOrNull(cc),
    bcc: someOrNull(recipients.filter((address) => !named.has(address.toLowerCase()))),
    reply_to: someOrNull(addressesIn(fields, 'Reply-To')),
  };
}

/** `bytes`: `undefined` when retention removed them. */
export async function emailView(detail: MessageDetail, bytes: Buffer | undefined): Promise<ResendEmail> {
  const summary = emailSummary(detail.message);
  const bodies = bytes === undefined ? undefined : await preview(bytes);
  return {
    object: 'email',
    ...summary,
    ...(bytes === undefined ? {} : peopleIn(bytes, summary.to)),
    from: bodies?.from ?? summary.from,
    html: bodies?.html ?? null,
    text: bodies?.text ?? null,
    tags: detail.message.tags.map(tagOf),
    last_event: lastEventOf(detail),
  };
}
