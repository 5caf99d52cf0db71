import type { AnyEventType, DeliveryStatus, EventType } from '@waybill/relay/events/event';
import type { AttemptResult, StoredMessage, TranscriptLine } from '@waybill/relay/ports';

/** Rows of stored mail for the API. */
export type MessageRow = {
  readonly id: string;
  readonly accountId: string;
  readonly state: StoredMessage['state'];
  readonly reason: string;
  readonly via: 'smtp' | 'http';
  readonly mailFrom: string | undefined;
  readonly recipients: readonly string[];
  /** The statuses of its deliveries, by recipient. Empty until it was processed. */
  readonly statuses: readonly DeliveryStatus[];
  readonly headerFrom: string | undefined;
  readonly subject: string | undefined;
  readonly messageIdHeader: string | undefined;
  readonly customId: string | undefined;
  readonly tags: readonly string[];
  readonly credentialId: string | undefined;
  readonly streamId: string | undefined;
  readonly size: number;
  readonly sandbox: boolean;
  readonly acceptedAt: Date;
  /** The earliest send time; `undefined`: at once. Stays after the message was sent. */
  readonly scheduledAt: Date | undefined;
  /** Its send time is in the future, and it is neither prepared nor held. */
  readonly isScheduled: boolean;
};

export type AttemptRow = {
  readonly id: string;
  readonly number: number;
  readonly startedAt: Date;
  readonly dotSentAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly outcome: AttemptResult['outcome'] | undefined;
  readonly reason: string | undefined;
  readonly host: string | undefined;
  readonly ip: string | undefined;
  readonly port: number | undefined;
  readonly tls: Readonly<Record<string, unknown>> | undefined;
  readonly timings: Readonly<Record<string, number>>;
  readonly transcript: readonly TranscriptLine[];
  readonly reply: AttemptResult['reply'];
  readonly category: string | undefined;
  readonly party: string | undefined;
};

export type DeliveryRow = {
  readonly id: string;
  readonly messageId: string;
  readonly recipient: string;
  readonly index: number;
  readonly status: DeliveryStatus;
  readonly reason: string;
  readonly returnPath: string | undefined;
  readonly notes: StoredMessage['notes'];
  readonly attempts: number;
  /** `undefined`: there will be no further attempt. */
  readonly nextAttemptAt: Date | undefined;
  readonly expiresAt: Date;
  readonly statusChangedAt: Date;
  readonly history: readonly AttemptRow[];
};

/** An event with fields of its message and its delivery. */
export type EventDetail = {
  readonly id: string;
  /** Its place in the outbox; see `outbox/position.ts`. */
  readonly position: string;
  readonly accountId: string;
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

export type MessageEvent = EventDetail & {
  readonly messageId: string;
  readonly type: EventType;
  readonly sequence: number;
};

export type MessageDetail = {
  readonly message: MessageRow &
    Pick<StoredMessage, 'envelope' | 'options' | 'session' | 'resolution' | 'notes'>;
  readonly deliveries: readonly DeliveryRow[];
  readonly events: readonly MessageEvent[];
};

export type RecipientDelivery = {
  readonly id: string;
  readonly messageId: string;
  readonly recipient: string;
  readonly status: DeliveryStatus;
  readonly reason: string;
  readonly subject: string | undefined;
  readonly headerFrom: string | undefined;
  readonly acceptedAt: Date;
  readonly statusChangedAt: Date;
};

type AttemptColumns = Omit<AttemptRow, 'reply'> & {
  readonly deliveryId: string;
  readonly replyCode: number | undefined;
  readonly replyStatus: string | undefined;
  readonly replyText: string | undefined;
};

export const attemptColumns = `id, delivery_id, number, started_at, dot_sent_at, ended_at, outcome, reason, host, ip, port, tls, timings,
  transcript, reply_code, reply_status, reply_text, category, party`;

export function attemptOf(row: AttemptColumns): AttemptRow & { readonly deliveryId: string } {
  const { replyCode, replyStatus, replyText, ...rest } = row;
  const reply =
    replyCode === undefined ? undefined : { code: replyCode, status: replyStatus, text: replyText ?? '' };
  return { ...rest, reply };
}

export const deliveryColumns = `id, message_id, recipient, recipient_index AS index, status, reason, return_path, notes, attempts,
  CASE WHEN next_action_at IS NOT NULL THEN not_before END AS next_attempt_at, expires_at, status_changed_at`;

/** SQL: by the clock of the database, so that lists, filters and single messages agree. */
export const isScheduled = (message: string): string =>
  `(${message}.state = 'accepted' AND ${message}.scheduled_at IS NOT NULL AND ${message}.scheduled_at > now())`;

export const messageColumns = `m.id, m.account_id, m.state, m.reason, coalesce(m.session->>'via', 'smtp') AS via,
  m.envelope->>'mailFrom' AS mail_from, coalesce(m.envelope->'rcptTo', '[]') AS recipients,
  coalesce((SELECT json_agg(d.status ORDER BY d.recipient_index) FROM delivery d WHERE d.message_id = m.id), '[]') AS statuses,
  m.header_from, m.subject, m.message_id_header, m.custom_id, m.tags,
  m.credential_id, m.stream_id, m.size, m.sandbox, m.accepted_at, m.scheduled_at,
  ${isScheduled('m')} AS is_scheduled`;

/** SQL: the expiry of the stream in minutes. */
export const lifetimeColumn = `coalesce((SELECT expiry_minutes FROM stream s WHERE s.id = m.stream_id), 2880) AS expiry_minutes`;

export const eventColumns = `e.tx, e.seq, e.id, e.account_id, e.message_id, e.delivery_id,
  coalesce(d.recipient, e.detail->>'recipient') AS recipient, e.type, e.occurred_at, e.detail,
  m.custom_id, coalesce(m.tags, '{}') AS tags, coalesce(m.options->'metadata', '{}') AS metadata, placed.sequence`;

/** SQL: whether the client asked for a test, by a test key or `sandbox: true`. Mail of an account in sandbox mode is no test. */
export const isTestSql = (table: string): string =>
  `coalesce((${table}.options->>'sandbox')::boolean, false)`;
