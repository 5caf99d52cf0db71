/** One causally ordered document: session, account decision, steps, attempts with their conversation, later events. */
import type { TraceView } from '@waybill/contract/message';
import { publicId } from '@waybill/relay/id';
import { isoOrNull, orNull } from '@waybill/relay/management/or-null';
import { entryView } from '@waybill/relay/trace/entry-view';
import { noteView } from '@waybill/relay/trace/note-view';
import { publicFields } from '@waybill/relay/trace/public-json';
import { ownResolution } from '@waybill/relay/trace/resolution-view';
import { traceOf } from '@waybill/relay/trace/trace';
import { type AttemptRow, deliveryView, type MessageDetail } from './message-view.ts';

type History = TraceView['deliveries'][number]['history'][number];

const attemptView = (row: AttemptRow): History => ({
  id: publicId('att', row.id),
  number: row.number,
  started_at: row.startedAt.toISOString(),
  dot_sent_at: isoOrNull(row.dotSentAt),
  ended_at: isoOrNull(row.endedAt),
  outcome: orNull(row.outcome),
  reason: orNull(row.reason),
  host: orNull(row.host),
  ip: orNull(row.ip),
  port: orNull(row.port),
  tls: row.tls === undefined ? null : publicFields(row.tls),
  timings: { ...row.timings },
  reply:
    row.reply === undefined
      ? null
      : { code: row.reply.code, enhanced_code: orNull(row.reply.status), text: row.reply.text },
  category: orNull(row.category),
  party: orNull(row.party),
  transcript: row.transcript.map((line) => ({ ...line })),
});

export function traceView(detail: MessageDetail): TraceView {
  const { message, deliveries } = detail;
  const { reason, entries } = traceOf(detail);
  return {
    id: publicId('msg', message.id),
    state: message.state,
    scheduled_at: isoOrNull(message.scheduledAt),
    reason,
    session: publicFields(message.session),
    envelope: { mail_from: orNull(message.envelope.mailFrom), rcpt_to: [...message.envelope.rcptTo] },
    resolution: ownResolution(message.resolution, message.accountId),
    notes: message.notes.map(noteView),
    entries: entries.map(entryView),
    deliveries: deliveries.map((row) => ({ ...deliveryView(row), history: row.history.map(attemptView) })),
  };
}
