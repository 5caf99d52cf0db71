/** An event in the JSON of the API and of webhooks. */
import { publicId } from '../id.ts';
import { orNull } from '../management/or-null.ts';
import { publicFields } from '../trace/public-json.ts';
import { type AnyEventType, publicEventType } from './event.ts';

/** An event with fields of its message and its delivery. */
export type ShownEvent = {
  readonly id: string;
  /** `undefined`: an event of the account. */
  readonly messageId: string | undefined;
  readonly deliveryId: string | undefined;
  readonly recipient: string | undefined;
  readonly type: AnyEventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly customId: string | undefined;
  readonly tags: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  /** The number of the event in its message, from 1. */
  readonly sequence: number | undefined;
};

export const eventView = (row: ShownEvent) => ({
  id: publicId('evt', row.id),
  type: publicEventType(row.type),
  message_id: row.messageId === undefined ? null : publicId('msg', row.messageId),
  delivery_id: row.deliveryId === undefined ? null : publicId('dlv', row.deliveryId),
  recipient: orNull(row.recipient),
  occurred_at: row.occurredAt.toISOString(),
  custom_id: orNull(row.customId),
  tags: [...row.tags],
  metadata: { ...row.metadata },
  sequence: orNull(row.sequence),
  detail: publicFields(row.detail),
});

export type EventView = ReturnType<typeof eventView>;
