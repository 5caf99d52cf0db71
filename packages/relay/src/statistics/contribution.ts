/**
 * What one delivery adds to statistics, computed from its events alone. The roll-up adds the difference between what a delivery added
 * before a batch of events and what it adds after it, so that the sums are those of a recount, whatever the batches were.
 */

import { attentionKey, needsAttention } from '../attention/attention-key.ts';
import type { AgentKind } from '../events/agent.ts';
import type { DeliveryStatus, EventType } from '../events/event.ts';
import { statusAfter } from '../events/status.ts';
import { publicId } from '../id.ts';
import { addCounts, type CountName, type Counts, endOf } from './counts.ts';
import { latencyBucket } from './latency.ts';
import { providerOf } from './provider.ts';

/** The facts of a delivery that do not change. */
export type CountedDelivery = {
  readonly accountId: string;
  /** Acceptance: counts belong to this time, whenever the events come. */
  readonly acceptedAt: Date;
  /** `undefined`: at once. */
  readonly scheduledAt: Date | undefined;
  readonly recipient: string;
  readonly headerFrom: string | undefined;
  readonly tags: readonly string[];
  readonly credentialId: string | undefined;
  readonly via: 'smtp' | 'http';
  readonly streamId: string | undefined;
};

export type CountedEvent = {
  readonly type: EventType;
  readonly occurredAt: Date;
  readonly agent: AgentKind | undefined;
  readonly url: string | undefined;
  readonly mxHost: string | undefined;
  /** Of a reply; of a held delivery, what holds it. */
  readonly category: string | undefined;
  /** The enhanced status code, or the code of the reply. */
  readonly code: string | undefined;
};

/** The rows of statistics that a delivery counts in. `bounce`, `link`, `latency` and `attention` have keys of several words. */
export const dimensions = [
  'total',
  'domain',
  'from_domain',
  'tag',
  'credential',
  'provider',
  'stream',
  'source_address',
  'bounce_category',
  'bounce',
  'link',
  'latency',
  'attention',
] as const;
export type Dimension = (typeof dimensions)[number];

/** Rows by `rowName`. */
export type Contribution = ReadonlyMap<string, Counts>;

/** A dimension holds no space. */
export const rowName = (dimension: Dimension, key: string): string => `${dimension} ${key}`;
export function parseRowName(name: string): { readonly dimension: Dimension; readonly key: string } {
  const space = name.indexOf(' ');
  return { dimension: name.slice(0, space) as Dimension, key: name.slice(space + 1) };
}

const MAX_KEY_CHARACTERS = 250;
/** The address from which mail leaves is the choice of the operating system. */
const SOURCE_ADDRESS = 'system';

/** The first event of every delivery, which gives it its status. Without it, retention has removed a part of the history. */
const firstTypes: ReadonlySet<EventType> = new Set(['queued', 'held', 'suppressed', 'cancelled', 'failed']);

/** A link without what may name its recipient. */
export function linkKey(url: string): string {
  return (/^[^?#]*/.exec(url)?.[0] ?? '').slice(0, MAX_KEY_CHARACTERS);
}

export const addressDomain = (address: string): string =>
  address
    .slice(address.lastIndexOf('@') + 1)
    .toLowerCase()
    .slice(0, MAX_KEY_CHARACTERS);

function statusOf([first, ...later]: readonly CountedEvent[]): DeliveryStatus | undefined {
  if (first === undefined || !firstTypes.has(first.type)) return undefined;
  return later.reduce<DeliveryStatus>(
    (status, { type }) => statusAfter(status, type),
    first.type as DeliveryStatus,
  );
}

const kinds: Readonly<Record<AgentKind, 'human' | 'proxy' | 'bot'>> = {
  human: 'human',
  proxy: 'proxy',
  prefetch: 'proxy',
  bot: 'bot',
};

const clicksOf = (clicks: readonly CountedEvent[]): Counts =>
  clicks.reduce<Counts>(
    (counts, { agent = 'bot' }) => addCounts(counts, { [`clicks_${kinds[agent]}`]: 1 }),
    clicks.some(({ agent }) => agent === 'human') ? { clicked: 1 } : {},
  );

/** A prefetch says nothing of a person. An image proxy fetches when a person opens. */
const isOpenedByPerson = ({ agent }: CountedEvent): boolean => agent === 'human' || agent === 'proxy';

function countsOf(status: DeliveryStatus, events: readonly CountedEvent[]): Counts {
  const of = (type: EventType) => events.filter((event) => event.type === type);
  const once = (name: CountName, is: boolean): Counts => (is ? { [name]: 1 } : {});
  const opens = of('opened').map(({ agent = 'bot' }): Counts => ({ [`opens_${kinds[agent]}`]: 1 }));
  return [
    clicksOf(of('clicked')),
    once('deferred', of('deferred').length > 0),
    once('complained', status === 'complained'),
    once('unsubscribed', of('unsubscribed').length > 0),
    once('opened', of('opened').some(isOpenedByPerson)),
    ...opens,
  ].reduce<Counts>((sum, one) => addCounts(sum, one), { accepted: 1, [endOf[status]]: 1 });
}

const credentialKey = ({ credentialId, via }: CountedDelivery): readonly string[] =>
  credentialId === undefined ? [] : [publicId(via === 'http' ? 'key' : 'cred', credentialId)];

/** The keys under which all counts of the delivery are counted. */
const wholeKeys = (delivery: CountedDelivery, provider: string | undefined): readonly string[] => [
  rowName('total', ''),
  rowName('domain', addressDomain(delivery.recipient)),
  ...(delivery.headerFrom === undefined ? [] : [rowName('from_domain', addressDomain(delivery.headerFrom))]),
  ...delivery.tags.map((tag) => rowName('tag', tag.slice(0, MAX_KEY_CHARACTERS))),
  ...credentialKey(delivery).map((key) => rowName('credential', key)),
  ...(delivery.streamId === undefined ? [] : [rowName('stream', publicId('str', delivery.streamId))]),
  ...(provider === undefined
    ? []
    : [rowName('provider', provider), rowName('source_address', SOURCE_ADDRESS)]),
];

type Row = readonly [name: string, counts: Counts];

/** Why it bounced or was given up, and why it was deferred. */
function troubleRows(status: DeliveryStatus, events: readonly CountedEvent[]): readonly Row[] {
  const end = endOf[status];
  const last = events.findLast(({ type, category }) => type === end && category !== undefined);
  const ended: readonly (readonly [CountedEvent, Counts])[] =
    last !== undefined && (end === 'bounced' || end === 'failed') ? [[last, { [end]: 1 }]] : [];
  const deferred = events.filter(({ type, category }) => type === 'deferred' && category !== undefined);
  const byCategory = new Map(deferred.map((event) => [event.category, event]));
  const all = [...ended, ...[...byCategory.values()].map((event) => [event, { deferred: 1 }] as const)];
  return all.flatMap(([{ category = '', code = '-', mxHost }, counts]): readonly Row[] => [
    [rowName('bounce_category', category), counts],
    [rowName('bounce', `${mxHost === undefined ? 'none' : providerOf(mxHost)}|${category}|${code}`), counts],
  ]);
}

/** Where it stands now, so that a delivery leaves the row when its status changes. */
function attentionRows(
  { recipient }: CountedDelivery,
  status: DeliveryStatus,
  events: readonly CountedEvent[],
): readonly Row[] {
  if (!needsAttention(status)) return [];
  const last = events.findLast(({ type }) => type === status);
  const mxHost = events.findLast((event) => event.mxHost !== undefined)?.mxHost;
  const trouble = {
    status,
    mxHost,
    category: last?.category,
    code: last?.code,
    domain: addressDomain(recipient),
  };
  return [[rowName('attention', attentionKey(trouble)), { accepted: 1 }]];
}

function linkRows(events: readonly CountedEvent[]): readonly Row[] {
  const clicks = events.filter(({ type, url }) => type === 'clicked' && url !== undefined);
  const byLink = Map.groupBy(clicks, ({ url = '' }) => linkKey(url));
  return [...byLink].map(([link, of]) => [rowName('link', link), clicksOf(of)]);
}

function latencyRows(delivery: CountedDelivery, events: readonly CountedEvent[]): readonly Row[] {
  const delivered = events.find(({ type }) => type === 'delivered');
  if (delivered === undefined) return [];
  const from = Math.max(delivery.acceptedAt.getTime(), delivery.scheduledAt?.getTime() ?? 0);
  const bucket = latencyBucket(delivered.occurredAt.getTime() - from);
  const provider = delivered.mxHost === undefined ? 'other' : providerOf(delivered.mxHost);
  return [[rowName('latency', `${provider}|${bucket}`), { delivered: 1 }]];
}

/** `events`: all of the delivery, in the order of their numbers in the outbox. Nothing without the first one. */
export function contributionOf(delivery: CountedDelivery, events: readonly CountedEvent[]): Contribution {
  const status = statusOf(events);
  if (status === undefined) return new Map();
  const mxHost = events.findLast((event) => event.mxHost !== undefined)?.mxHost;
  const counts = countsOf(status, events);
  const whole = wholeKeys(delivery, mxHost === undefined ? undefined : providerOf(mxHost));
  return sumRows([
    ...whole.map((name): Row => [name, counts]),
    ...troubleRows(status, events),
    ...linkRows(events),
    ...latencyRows(delivery, events),
    ...attentionRows(delivery, status, events),
  ]);
}

function sumRows(rows: readonly Row[]): Contribution {
  const sums = new Map<string, Counts>();
  for (const [name, counts] of rows) sums.set(name, addCounts(sums.get(name) ?? {}, counts));
  return sums;
}

/** What has to be added to turn the first into the second. */
export function differenceOf(before: Contribution, after: Contribution): Contribution {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  const rows = names.map((name): Row => [name, addCounts(after.get(name) ?? {}, before.get(name) ?? {}, -1)]);
  return new Map(rows.filter(([, counts]) => Object.keys(counts).length > 0));
}
