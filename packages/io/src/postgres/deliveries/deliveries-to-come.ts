/** The deliveries that a scheduled message will have. It has no rows of deliveries before its send time. */
import { deliveryIdOf } from '@waybill/relay/id';
import type { DeliveryRow, MessageRow } from '../mail-store/message-rows.ts';

const MINUTE_MS = 60_000;

export type Unprepared = Pick<
  MessageRow,
  'id' | 'state' | 'scheduledAt' | 'isScheduled' | 'recipients' | 'acceptedAt'
>;

/** The deliveries with their later ids. Empty for a message without a send time, which is prepared at once. */
export function deliveriesToCome(
  { id, state, scheduledAt, isScheduled, recipients, acceptedAt }: Unprepared,
  expiryMinutes: number,
): readonly DeliveryRow[] {
  if (state !== 'accepted' || scheduledAt === undefined) return [];
  const reason = isScheduled
    ? `It is scheduled for ${scheduledAt.toISOString()} and is not sent before.`
    : 'Its time has come and it waits to be prepared.';
  return recipients.map((recipient, index) => ({
    id: deliveryIdOf(id, index),
    messageId: id,
    recipient,
    index,
    status: isScheduled ? 'scheduled' : 'queued',
    reason,
    returnPath: undefined,
    notes: [],
    attempts: 0,
    nextAttemptAt: scheduledAt,
    expiresAt: new Date(scheduledAt.getTime() + expiryMinutes * MINUTE_MS),
    statusChangedAt: acceptedAt,
    history: [],
  }));
}
