import { foldedAddress } from '@waybill/mail/address';
import type { DeliveryStatus } from '@waybill/relay/events/event';
import { makeId } from '@waybill/relay/id';
import type { StoredMessage } from '@waybill/relay/ports';
import type { Page } from './tenant.ts';

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
  /** Words of the subject, or a Message-ID. */
  readonly q?: string;
  readonly since?: Date;
  readonly until?: Date;
};

const hour = 3_600_000;
/** The lowest id of a moment: ids are in order of time, so a bound on them spares whole partitions. */
export const firstIdOf = (at: Date): string => makeId(at, Buffer.alloc(10));

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

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

const ofState = way((place) => `m.state = ${place}`);
const ofStatus = way((place) => ofDelivery(`d.status = ${place}`));
const waysOfStatus: Readonly<Record<string, readonly Way[]>> = {
  accepted: waitsOrNot.map((is) => way((place) => `m.state = ${place} AND m.next_action_at ${is}`)),
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

/** One list of values: the two spellings of a Message-ID, then the words. */
function searchCondition(q: string): Condition {
  const words = q.split(/\s+/).filter((word) => word !== '');
  const id = q.trim();
  const byId = way((place) => `m.message_id_header = ANY ((${place}::text[])[1:2])`);
  const byWords = reading((place) => `m.subject ILIKE ALL ((${place}::text[])[3:])`);
  const values = [id, `<${id}>`, ...words.map((word) => `%${likeText(word)}%`)];
  if (words.length > 1) return [values, byWords];
  return /^<.*>$/.test(id) ? [values, byId] : [values, byId, byWords];
}

export const makers: {
  readonly [K in keyof Required<Omit<MessageFilter, 'limit'>>]: (
    value: NonNullable<MessageFilter[K]>,
  ) => Condition;
} = {
  after: (id) => [id, way((place) => `m.id < ${place}`)],
  status: (status) => [status, ...(waysOfStatus[status] ?? [ofStatus])],
  from: (address) => [
    address.toLowerCase(),
    reading((place) => `(lower(m.header_from) = ${place} OR lower(m.envelope->>'mailFrom') = ${place})`),
  ],
  // Before it was processed a message has recipients only in its envelope.
  to: (address) => [
    foldedAddress(address),
    way((place) => ofDelivery(`d.recipient_key = ${place}`)),
    way((place) => `m.id IN (${unfinishedSql(`u.envelope->'rcptTo' ? ${place}`)})`),
  ],
  // Along the message, which is being read anyway. The quote ends an address of the JSON; one inside an address is escaped.
  domain: (domain) => [
    `%@${likeText(domain.toLowerCase())}"%`,
    reading((place) => `lower(m.envelope->>'rcptTo') LIKE ${place}`),
  ],
  tag: (tag) => [tag, reading((place) => `m.tags @> ARRAY[${place}::text]`)],
  customId: (id) => [id, way((place) => `m.custom_id = ${place}`)],
  credentialId: (id) => [id, reading((place) => `m.credential_id = ${place}`)],
  streamId: (id) => [id, reading((place) => `m.stream_id = ${place}`)],
  q: searchCondition,
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
