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
const states: readonly string[] = [
  'accepted',
  'processed',
  'discarded',
  'held',
] satisfies StoredMessage['state'][];

/** The lowest id of a moment: ids are in order of time, so a bound on them spares whole partitions. */
export const firstIdOf = (at: Date): string => makeId(at, Buffer.alloc(10));

const likeText = (text: string): string => text.replaceAll(/[\\%_]/g, '\\$&');

/** Conditions under which a value is named by its place in the list of values. */
type Condition = readonly [value: unknown, sql: (place: string) => string];

const ofDelivery = (condition: string): string =>
  `EXISTS (SELECT FROM delivery d WHERE d.message_id = m.id AND d.account_id = m.account_id AND ${condition})`;

// `held` is a word of both; a message that is held has no deliveries.
const statusCondition = (status: string): Condition => [
  status,
  states.includes(status)
    ? (place) => `(m.state = ${place} OR ${ofDelivery(`d.status = ${place}`)})`
    : (place) => ofDelivery(`d.status = ${place}`),
];

const searchCondition = (q: string): Condition => [
  // One list: words first, then the two spellings of a Message-ID.
  JSON.stringify({
    words: q
      .split(/\s+/)
      .filter((word) => word !== '')
      .map((word) => `%${likeText(word)}%`),
    ids: [q.trim(), `<${q.trim()}>`],
  }),
  (place) => `(m.message_id_header IN (SELECT jsonb_array_elements_text(${place}::jsonb->'ids'))
    OR m.subject ILIKE ALL (ARRAY(SELECT jsonb_array_elements_text(${place}::jsonb->'words'))))`,
];

const makers: {
  readonly [K in keyof Required<Omit<MessageFilter, 'limit'>>]: (
    value: NonNullable<MessageFilter[K]>,
  ) => Condition;
} = {
  after: (id) => [id, (place) => `m.id < ${place}`],
  status: statusCondition,
  from: (address) => [
    address.toLowerCase(),
    (place) => `(lower(m.header_from) = ${place} OR lower(m.envelope->>'mailFrom') = ${place})`,
  ],
  // Before it was processed a message has recipients only in its envelope.
  to: (address) => [
    foldedAddress(address),
    (place) =>
      `(${ofDelivery(`d.recipient_key = ${place}`)} OR (m.state <> 'processed' AND m.envelope->'rcptTo' ? ${place}))`,
  ],
  domain: (domain) => [
    `%@${likeText(domain.toLowerCase())}`,
    (place) => ofDelivery(`d.recipient_key LIKE ${place}`),
  ],
  tag: (tag) => [tag, (place) => `cardinality(m.tags) > 0 AND m.tags @> ARRAY[${place}::text]`],
  customId: (id) => [id, (place) => `m.custom_id = ${place}`],
  credentialId: (id) => [id, (place) => `m.credential_id = ${place}`],
  streamId: (id) => [id, (place) => `m.stream_id = ${place}`],
  q: searchCondition,
  since: (at) => [at, (place) => `m.accepted_at >= ${place}`],
  until: (at) => [at, (place) => `m.accepted_at < ${place}`],
};

/** An hour of slack: an id is made when the message comes in, `accepted_at` when it was read. */
function idBounds({ since, until }: MessageFilter): readonly Condition[] {
  const lower: Condition[] = since
    ? [[firstIdOf(new Date(since.getTime() - hour)), (place) => `m.id >= ${place}`]]
    : [];
  const upper: Condition[] = until
    ? [[firstIdOf(new Date(until.getTime() + hour)), (place) => `m.id < ${place}`]]
    : [];
  return [...lower, ...upper];
}

/** WHERE of a list of messages, its values from `$2` on; `$1` is the account. */
export function filterSql({ limit: _, ...filter }: MessageFilter): {
  readonly where: string;
  readonly values: readonly unknown[];
} {
  const given = Object.entries(filter).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const make = makers[name as keyof typeof makers] as (value: unknown) => Condition;
    return [make(typeof value === 'string' ? value.replaceAll('\0', '') : value)];
  });
  const conditions = [...given, ...idBounds({ limit: 0, ...filter })];
  return {
    where: ['m.account_id = $1', ...conditions.map(([, sql], index) => sql(`$${index + 2}`))].join(' AND '),
    values: conditions.map(([value]) => value),
  };
}
