/** Mails notices to members: a reader of the outbox. An event that is read twice is mailed once. */
import type { Log } from '@waybill/io/log/log';
import type { Database } from '@waybill/io/postgres/connection/database';
import { openReader } from '@waybill/io/postgres/outbox/reader';
import type { EventReader } from '@waybill/io/postgres/outbox/run-readers';
import type { StreamedEvent } from '@waybill/io/postgres/outbox/streamed-event';
import { type NoticeRecipient, noticeRecipients } from '@waybill/io/postgres/people/notice-recipients';
import type { AccountEventType } from '@waybill/relay/events/event';
import { Refusal } from '@waybill/relay/refusal';
import { publicFields } from '@waybill/relay/trace/public-json';
import type { Dependencies } from './dependencies.ts';
import { noticedTypes, noticeMail } from './product-mail/notice-mail.ts';
import { sendProductMail } from './product-mail/send-product-mail.ts';

/** A mail takes longer than a row. */
const BATCH = 20;
/** Mails of one type to an account in an hour. */
const MOST_IN_AN_HOUR = 5;

type Ports = Pick<Dependencies, 'accept' | 'platformDomain' | 'publicUrl' | 'now'> & { readonly log: Log };
type Event = StreamedEvent & { readonly type: AccountEventType };

const isNoticed = (event: StreamedEvent): event is Event => noticedTypes.has(event.type);

/** A login concerns its user alone, and is one mail although each account of the user has the event. */
const userOf = ({ type, detail }: Event): string | undefined =>
  type === 'user.new_login' && typeof detail.userId === 'string' ? detail.userId : undefined;
const isForOwners = ({ type }: Event): boolean => type.startsWith('account.deletion_');
const factOf = (event: Event): unknown => event.detail.loginSessionId ?? event.id;

async function mailTo(recipient: NoticeRecipient, event: Event, ports: Ports): Promise<void> {
  const mail = noticeMail({ ...event, detail: publicFields(event.detail) }, recipient, ports);
  if (mail === undefined) return;
  try {
    await sendProductMail({ ...mail, idempotencyKey: `notice:${factOf(event)}:${recipient.userId}` }, ports);
  } catch (err) {
    // A recipient that cannot be written to keeps no other from its notice.
    if (!(err instanceof Refusal)) throw err;
    ports.log.warn({ err, eventId: event.id, userId: recipient.userId }, 'notice not mailed');
  }
}

async function handle(
  event: Event,
  recipients: ReturnType<typeof noticeRecipients>,
  ports: Ports,
): Promise<void> {
  if ((await recipients.earlier(event)) >= MOST_IN_AN_HOUR) return;
  const userId = userOf(event);
  const all = await (userId === undefined
    ? recipients.of(event.accountId, isForOwners(event))
    : recipients.user(userId));
  for (const recipient of all) await mailTo(recipient, event, ports);
}

export function noticeReader(database: Database, ports: Ports): EventReader {
  const recipients = noticeRecipients(database);
  return {
    reader: openReader({ database, name: 'notices' }),
    limit: BATCH,
    async work(_client, events) {
      for (const event of events.filter(isNoticed)) await handle(event, recipients, ports);
    },
  };
}
