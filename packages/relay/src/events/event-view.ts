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

type Fields = Readonly<Record<string, unknown>>;

const textIn = (fields: Fields, name: string): string | null => {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
};
const integerIn = (fields: Fields, name: string): number | null => {
  const value = fields[name];
  return typeof value === 'number' && Number.isInteger(value) ? value : null;
};
const objectIn = (fields: Fields, name: string): Record<string, unknown> | null => {
  const value = fields[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
};

/** What a client filters and counts by stands beside `detail` too. */
const answerIn = (detail: Fields) => ({
  code: integerIn(detail, 'code'),
  enhanced_code: textIn(detail, 'enhanced_code'),
  category: textIn(detail, 'category'),
  party: textIn(detail, 'party'),
  reply: textIn(detail, 'reply'),
  mx_host: textIn(detail, 'mx_host'),
  tls: objectIn(detail, 'tls'),
  attempt: integerIn(detail, 'attempt'),
});

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
  ...answerIn(publicFields(row.detail)),
  detail: publicFields(row.detail),
});

export type EventView = ReturnType<typeof eventView>;
