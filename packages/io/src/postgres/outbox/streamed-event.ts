import type { AnyEventType } from '@waybill/relay/events/event';
import { positionText } from './position.ts';

/** An event as readers get it. */
export type StreamedEvent = {
  /** Its place in the stream. Sorts as text in the order of the stream. */
  readonly position: string;
  readonly id: string;
  readonly accountId: string;
  /** `undefined`: an event of the account. */
  readonly messageId?: string;
  /** `undefined`: it concerns the account or a whole message. */
  readonly deliveryId?: string;
  /** Types of events of a message without `message.`; other types by their public name. */
  readonly type: AnyEventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type StreamedRow = {
  readonly tx: string;
  readonly seq: string;
  readonly id: string;
  readonly account_id: string;
  readonly message_id: string | null;
  readonly delivery_id: string | null;
  readonly type: AnyEventType;
  readonly occurred_at: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

export const streamedColumns =
  'e.tx, e.seq, e.id, e.account_id, e.message_id, e.delivery_id, e.type, e.occurred_at, e.detail';

export const streamedEvent = (row: StreamedRow): StreamedEvent => ({
  position: positionText(row),
  id: row.id,
  accountId: row.account_id,
  ...(row.message_id === null ? {} : { messageId: row.message_id }),
  ...(row.delivery_id === null ? {} : { deliveryId: row.delivery_id }),
  type: row.type,
  occurredAt: row.occurred_at,
  detail: row.detail,
});
