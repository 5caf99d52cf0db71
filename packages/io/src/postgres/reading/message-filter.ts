import { foldedAddress, normalAddress } from '@waybill/mail/address';
import { needsAttention } from '@waybill/relay/attention/attention-key';
import { makeId } from '@waybill/relay/id';
import type { MessageFilter } from '@waybill/relay/management/message-filter';
import type { MessageAction } from '@waybill/relay/management/records';
import type { TwoWayPage } from '../connection/tenant.ts';
import { cancellable } from '../deliveries/cancel.ts';
import { retryable } from '../deliveries/requeue.ts';
import { isScheduled, isTestSql } from '../mail-store/message-rows.ts';
import { likeText } from './like-text.ts';
import { domainKey, troubleSql, troubleValues } from './trouble-condition.ts';

export type MessagePageQuery = TwoWayPage &
  MessageFilter & {
    /** Only messages that the action can change. */
    readonly action?: MessageAction;
  };

const hour = 3_600_000;
/** UUIDv7 has 48 bits of milliseconds since 1970. A time outside that range becomes its bound. RFC 9562 §5.7. */
const lastIdMs = 2 ** 48 - 1;

/** The lowest id of a time. Ids are in order of time, so a bound on them excludes whole partitions. */
export const firstIdOf = (at: Date): string =>
  makeId(new Date(Math.min(Math.max(at.getTime(), 0), lastIdMs)), Buffer.alloc(10));

/** Conditions under which a value is named by its place in the list of values. */
type Way = {
  readonly sql: (place: string) => string;
  /** No index serves it: messages are read one after the other. */
  readonly readsAll?: boolean;
};

/** A message meets it in any of these ways. Each is asked for by itself: an OR of them would keep their indexes out. */
export type Condition = readonly [value: unknown, ...ways: readonly Way[]];

const way = (sql: Way['sql']): Way => ({ sql });
const reading = (sql: Way['sql']): Way => ({ sql, readsAll: true });

const ofDelivery = (condition: string): string =>
  `EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.account_id = m.account_id AND ${condition})`;

/** The conditions of the partial indexes `…_due`, `…_stranded` and `…_set_aside`. */
const waitsOrNot = ['IS NOT NULL', 'IS NULL'];
const unfinishedSql = (condition: string): string =>
  [
    ...waitsOrNot.map((is) => `u.state = 'accepted' AND u.next_action_at ${is}`),
    "u.state IN ('held', 'discarded')",
  ]
    .map((state) => `SELECT u.id FROM message u WHERE u.account_id = $1 AND ${state} AND ${condition}`)
    .join(' UNION ALL ');

const sameText = (column: string, place: string): string =>
  `waybill_search_key(${column}) = waybill_search_key(${place})`;

/** SQL: the message that a row names. */
const messageOf =
  (table: string): Way['sql'] =>
  (place) =>
    `m.id = (SELECT one.message_id FROM ${table} one WHERE one.id = ${place} AND one.account_id = $1)`;

/** SQL: whether the envelope contains one of the recipients. A message that is not processed has no deliveries. */
export const toOneOf = (envelope: string, place: string): string =>
  `EXISTS (SELECT FROM jsonb_array_elements_text(${envelope}->'rcptTo') AS rcpt(address) WHERE ${sameText('rcpt.address', place)})`;

const ofState = way((place) => `m.state = ${place}`);
const ofStatus = way((place) => ofDelivery(`d.status = ${place}`));
const waysOfStatus: Readonly<Record<string, readonly Way[]>> = {
  accepted: waitsOrNot.map((is) =>
    way((place) => `m.state = ${place} AND m.next_action_at ${is} AND NOT ${isScheduled('m')}`),
  ),
  // The condition of the index `message_scheduled`.
  scheduled: [
    way(
      (place) =>
        `m.state = 'accepted' AND m.scheduled_at IS NOT NULL AND m.scheduled_at > now() AND ${place}::text = 'scheduled'`,
    ),
  ],
  // Nearly all messages are processed, so the next one is a few rows away.
  processed: [reading((place) => `m.state = ${place}`)],
  delivered: [reading((place) => ofDelivery(`d.status = ${place}`))],
  discarded: [ofState],
  // Both messages and deliveries have this status; a held message has no deliveries.
  held: [ofState, ofStatus],
  queued: waitsOrNot.map((is) =>
    way((place) => ofDelivery(`d.status = ${place} AND d.next_action_at ${is}`)),
  ),
} satisfies Partial<Record<NonNullable<MessageFilter['status']>, readonly Way[]>>;

/** The deliveries that the statements of the actions change, also while a process works on them. */
const waysOfAction: Readonly<Record<MessageAction, Condition>> = {
  cancel: [
    cancellable,
    reading(
      (place) =>
        `(m.state IN ('accepted', 'held') OR ${ofDelivery(`d.status = ANY (${place}::text[]) AND (d.next_action_at IS NOT NULL OR d.held_for IS NOT NULL OR d.status = 'held')`)})`,
    ),
  ],
  retry: [
    retryable,
    reading((place) => ofDelivery(`d.status = ANY (${place}::text[]) AND d.patch IS NOT NULL`)),
  ],
  release: [
    'held',
    reading(
      (place) => `(m.state = ${place} OR ${ofDelivery(`(d.status = ${place} OR d.held_for IS NOT NULL)`)})`,
    ),
  ],
};

/** The forms in which the same text may be stored. */
const formsOf = (text: string): readonly string[] => [
  ...new Set([text, text.normalize('NFC'), text.normalize('NFD')]),
];

/** With angle brackets and without, because a client may have written none. RFC 5322 §3.6.4. */
export function messageIdForms(q: string): readonly string[] {
  const bare = q.trim().replace(/^<(.*)>$/, '$1');
  return [...formsOf(bare), ...formsOf(`<${bare}>`)];
}

export const customIdForms = (id: string): readonly string[] => formsOf(id);

/** The value is JSON text, because one parameter holds three lists. */
const listIn = (place: string, name: string): string =>
  `ARRAY(SELECT jsonb_array_elements_text(${place}::jsonb -> '${name}'))`;

function searchCondition(q: string): Condition {
  const words = q.split(/\s+/).filter((word) => word !== '');
  const byId = way((place) => `m.message_id_header = ANY (${listIn(place, 'ids')})`);
  const byCustomId = way((place) => `m.custom_id = ANY (${listIn(place, 'custom')})`);
  const byWords = reading(
    (place) =>
      `waybill_search_key(m.subject) LIKE ALL (ARRAY(SELECT waybill_search_key(word) FROM unnest(${listIn(place, 'words')}) AS word))`,
  );
  const values = JSON.stringify({
    ids: messageIdForms(q),
    custom: customIdForms(q.trim()),
    words: words.map((word) => `%${likeText(word)}%`),
  });
  if (/^<.*>$/.test(q.trim()) && words.length === 1) return [values, byId];
  return words.length > 1 ? [values, byCustomId, byWords] : [values, byId, byCustomId, byWords];
}

export const makers: {
  readonly [K in keyof Required<Omit<MessagePageQuery, 'limit'>>]: (
    value: NonNullable<MessagePageQuery[K]>,
  ) => Condition;
} = {
  after: (id) => [id, way((place) => `m.id < ${place}`)],
  before: (id) => [id, way((place) => `m.id > ${place}`)],
  status: (status) => [status, ...(waysOfStatus[status] ?? [ofStatus])],
  from: (address) => [
    normalAddress(address),
    reading(
      (place) => `(${sameText('m.header_from', place)} OR ${sameText("m.envelope->>'mailFrom'", place)})`,
    ),
  ],
  to: (address) => [
    foldedAddress(address),
    way((place) => ofDelivery(`d.recipient_key = ${place}`)),
    way((place) => `m.id IN (${unfinishedSql(toOneOf('u.envelope', place))})`),
  ],
  // Read with the message. The quote ends an address in the JSON; a quote inside an address is escaped.
  domain: (domain) => [
    `%@${likeText(domainKey(domain))}"%`,
    reading((place) => `lower(m.envelope->>'rcptTo') LIKE ${place}`),
  ],
  // Of a status that few deliveries have, an index finds those.
  trouble: (asked) => {
    const isRare = asked.status !== undefined && needsAttention(asked.status);
    return [troubleValues(asked), (isRare ? way : reading)((place) => ofDelivery(troubleSql(place)))];
  },
  tag: (tag) => [tag, reading((place) => `m.tags @> ARRAY[${place}::text]`)],
  customId: (id) => [customIdForms(id), way((place) => `m.custom_id = ANY (${place}::text[])`)],
  credentialId: (id) => [id, reading((place) => `m.credential_id = ${place}`)],
  streamId: (id) => [id, reading((place) => `m.stream_id = ${place}`)],
  q: searchCondition,
  id: (id) => [id, way((place) => `m.id = ${place}`)],
  deliveryId: (id) => [id, way(messageOf('delivery'))],
  eventId: (id) => [id, way(messageOf('event'))],
  attemptId: (id) => [
    id,
    way(
      (place) =>
        `m.id = (SELECT d.message_id FROM attempt a JOIN delivery d ON d.id = a.delivery_id WHERE a.id = ${place} AND a.account_id = $1)`,
    ),
  ],
  onlyTests: (only) => [only, reading((place) => `${isTestSql('m')} = ${place}::boolean`)],
  action: (action) => waysOfAction[action],
  since: (at) => [at, way((place) => `m.accepted_at >= ${place}`)],
  until: (at) => [at, way((place) => `m.accepted_at < ${place}`)],
};

/** With an hour of tolerance, because the id is made at the start of the submission and `accepted_at` at its end. */
export function idBounds({ since, until }: Pick<MessageFilter, 'since' | 'until'>): readonly Condition[] {
  const lower: Condition[] = since
    ? [[firstIdOf(new Date(since.getTime() - hour)), way((place) => `m.id >= ${place}`)]]
    : [];
  const upper: Condition[] = until
    ? [[firstIdOf(new Date(until.getTime() + hour)), way((place) => `m.id < ${place}`)]]
    : [];
  return [...lower, ...upper];
}
