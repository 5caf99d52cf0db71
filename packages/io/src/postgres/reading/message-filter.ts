import { foldedAddress, normalAddress, parseDomain } from '@waybill/mail/address';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { makeId } from '@waybill/relay/id';
import type { StoredMessage } from '@waybill/relay/ports';
import type { Page } from '../connection/tenant.ts';
import { isScheduled, isTestSql } from '../mail-store/message-rows.ts';

export type MessageFilter = Page & {
  readonly status?: DeliveryStatus | StoredMessage['state'];
  /** Address of the From header or of MAIL FROM. */
  readonly from?: string;
  readonly to?: string;
  /** Domain of a recipient. */
  readonly domain?: string;
  readonly tag?: string;
  readonly customId?: string;
  readonly credentialId?: string;
  readonly streamId?: string;
  /** Words of the subject, a Message-ID or a custom id. */
  readonly q?: string;
  readonly id?: string;
  readonly deliveryId?: string;
  readonly attemptId?: string;
  readonly eventId?: string;
  readonly since?: Date;
  readonly until?: Date;
  /** Sent with a test key or `sandbox: true`. */
  readonly onlyTests?: true;
};

const hour = 3_600_000;
/** UUIDv7 has 48 bits of milliseconds since 1970; a time before or after them lies at their edge. RFC 9562 §5.7. */
const lastIdMs = 2 ** 48 - 1;

/** The lowest id of a moment: ids are in order of time, so a bound on them spares whole partitions. */
export const firstIdOf = (at: Date): string =>
  makeId(new Date(Math.min(Math.max(at.getTime(), 0), lastIdMs)), Buffer.alloc(10));

/** Text that stands for itself in a LIKE pattern. */
export const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** Conditions under which a value is named by its place in the list of values. */
type Way = {
  readonly sql: (place: string) => string;
  /** No index finds it: messages have to be read one after the other. */
  readonly readsAll?: boolean;
};

/** A message meets it in any of these ways. Each is asked for by itself: an OR of them would keep their indexes out. */
export type Condition = readonly [value: unknown, ...ways: readonly Way[]];

const way = (sql: Way['sql']): Way => ({ sql });
const reading = (sql: Way['sql']): Way => ({ sql, readsAll: true });

const ofDelivery = (condition: string): string =>
  `EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.account_id = m.account_id AND ${condition})`;

/** The words of partial indexes: what waits is `…_due`, what was forgotten `…_stranded`, `…_set_aside` the rest. */
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

/** The message of a row that names it. */
const messageOf =
  (table: string): Way['sql'] =>
  (place) =>
    `m.id = (SELECT one.message_id FROM ${table} one WHERE one.id = ${place} AND one.account_id = $1)`;

/** Before it was processed a message has recipients only in its envelope. */
export const toOneOf = (envelope: string, place: string): string =>
  `EXISTS (SELECT FROM jsonb_array_elements_text(${envelope}->'rcptTo') AS rcpt(address) WHERE ${sameText('rcpt.address', place)})`;

const ofState = way((place) => `m.state = ${place}`);
const ofStatus = way((place) => ofDelivery(`d.status = ${place}`));
const waysOfStatus: Readonly<Record<string, readonly Way[]>> = {
  accepted: waitsOrNot.map((is) =>
    way((place) => `m.state = ${place} AND m.next_action_at ${is} AND NOT ${isScheduled('m')}`),
  ),
  // The words of the index `message_scheduled`.
  scheduled: [
    way(
      (place) =>
        `m.state = 'accepted' AND m.scheduled_at IS NOT NULL AND m.scheduled_at > now() AND ${place}::text = 'scheduled'`,
    ),
  ],
  // Nearly all of them are: the next one is a few rows away, unless it is the exception here.
  processed: [reading((place) => `m.state = ${place}`)],
  delivered: [reading((place) => ofDelivery(`d.status = ${place}`))],
  discarded: [ofState],
  // A word of both; a message that is held has no deliveries.
  held: [ofState, ofStatus],
  queued: waitsOrNot.map((is) =>
    way((place) => ofDelivery(`d.status = ${place} AND d.next_action_at ${is}`)),
  ),
} satisfies Partial<Record<NonNullable<MessageFilter['status']>, readonly Way[]>>;

/** The spellings in which the same text may be stored. */
const formsOf = (text: string): readonly string[] => [
  ...new Set([text, text.normalize('NFC'), text.normalize('NFD')]),
];

/** With the brackets and without: what a client wrote without them was stored so. RFC 5322 §3.6.4. */
export function messageIdForms(q: string): readonly string[] {
  const bare = q.trim().replace(/^<(.*)>$/, '$1');
  return [...formsOf(bare), ...formsOf(`<${bare}>`)];
}

export const customIdForms = (id: string): readonly string[] => formsOf(id);

/** The value is text of JSON, because one place holds three lists. */
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

/** The domain as an envelope holds it. */
const domainKey = (domain: string): string => parseDomain(domain) ?? domain.toLowerCase();

export const makers: {
  readonly [K in keyof Required<Omit<MessageFilter, 'limit'>>]: (
    value: NonNullable<MessageFilter[K]>,
  ) => Condition;
} = {
  after: (id) => [id, way((place) => `m.id < ${place}`)],
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
  // Along the message, which is being read anyway. The quote ends an address of the JSON; one inside an address is escaped.
  domain: (domain) => [
    `%@${likeText(domainKey(domain))}"%`,
    reading((place) => `lower(m.envelope->>'rcptTo') LIKE ${place}`),
  ],
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
  since: (at) => [at, way((place) => `m.accepted_at >= ${place}`)],
  until: (at) => [at, way((place) => `m.accepted_at < ${place}`)],
};

/** An hour of slack: an id is made when the message comes in, `accepted_at` when it was read. */
export function idBounds({ since, until }: MessageFilter): readonly Condition[] {
  const lower: Condition[] = since
    ? [[firstIdOf(new Date(since.getTime() - hour)), way((place) => `m.id >= ${place}`)]]
    : [];
  const upper: Condition[] = until
    ? [[firstIdOf(new Date(until.getTime() + hour)), way((place) => `m.id < ${place}`)]]
    : [];
  return [...lower, ...upper];
}
