/** Stored messages as the contract shows them. */
import type { MessageSummaryView, MessageView } from '@waybill/contract/message';
import { deliveryStatuses } from '@waybill/relay/events/event';
import { publicId } from '@waybill/relay/id';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import { traceOf } from '@waybill/relay/trace/trace';
import type { Dependencies } from './dependencies.ts';

type Reading = Dependencies['stores']['messages'];
export type MessageRow = Awaited<ReturnType<Reading['list']>>['rows'][number];
export type MessageDetail = NonNullable<Awaited<ReturnType<Reading['one']>>>;
export type DeliveryRow = MessageDetail['deliveries'][number];
export type AttemptRow = DeliveryRow['history'][number];

type Status = MessageSummaryView['status'];

/** The status of the whole message: the strongest status of its deliveries, or the weakest while none is final. */
function statusOf({ state, statuses, isScheduled }: MessageRow): Status {
  if (isScheduled) return 'scheduled';
  if (state !== 'processed' || statuses.length === 0) return state;
  const open = statuses.filter((status) => status === 'queued' || status === 'deferred');
  const among = open.length > 0 ? open : statuses;
  return deliveryStatuses.findLast((status) => among.includes(status)) ?? state;
}

export const summaryView = (row: MessageRow): MessageSummaryView => ({
  id: publicId('msg', row.id),
  state: row.state,
  status: statusOf(row),
  from: orNull(row.headerFrom),
  subject: orNull(row.subject),
  message_id_header: orNull(row.messageIdHeader),
  mail_from: orNull(row.mailFrom),
  recipients: [...row.recipients],
  tags: [...row.tags],
  custom_id: orNull(row.customId),
  credential_id: credentialView(row),
  stream_id: row.streamId === undefined ? null : publicId('str', row.streamId),
  size: row.size,
  sandbox: row.sandbox,
  created_at: row.acceptedAt.toISOString(),
  scheduled_at: isoOrNull(row.scheduledAt),
});

const credentialView = ({ credentialId, via }: MessageRow): string | null =>
  credentialId === undefined ? null : publicId(via === 'http' ? 'key' : 'cred', credentialId);

export const deliveryView = (row: DeliveryRow): MessageView['deliveries'][number] => ({
  id: publicId('dlv', row.id),
  recipient: row.recipient,
  status: row.status,
  reason: row.reason,
  return_path: orNull(row.returnPath),
  attempts: row.attempts,
  next_attempt_at: isoOrNull(row.nextAttemptAt),
  expires_at: row.expiresAt.toISOString(),
  status_changed_at: row.statusChangedAt.toISOString(),
});

export const messageView = (detail: MessageDetail): MessageView => ({
  ...summaryView(detail.message),
  reason: traceOf(detail).reason,
  metadata: { ...detail.message.options.metadata },
  resent_from:
    detail.message.options.resentFrom === undefined
      ? null
      : publicId('msg', detail.message.options.resentFrom),
  deliveries: detail.deliveries.map(deliveryView),
});
