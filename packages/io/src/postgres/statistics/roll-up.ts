/**
 * The reader that keeps statistics. For every delivery of a batch it computes what the delivery counted before and after the batch, from all
 * of its events, and adds the difference. docs/adr/0035-statistics-are-differences.md
 */
import type { AgentKind } from '@waybill/relay/events/agent';
import type { EventType } from '@waybill/relay/events/event';
import { timeOfId } from '@waybill/relay/id';
import {
  type CountedDelivery,
  type CountedEvent,
  contributionOf,
  differenceOf,
  rowName,
} from '@waybill/relay/statistics/contribution';
import type { Counts } from '@waybill/relay/statistics/counts';
import type pg from 'pg';
import { fromRow } from '../connection/rows.ts';
import { type Position, parsePosition, positionText } from '../outbox/position.ts';
import type { StreamedEvent } from '../outbox/streamed-event.ts';
import { firstIdOf } from '../reading/message-filter.ts';
import { addToRows, type Difference } from './statistics-rows.ts';

/** An event's id may be earlier than its message's, because clocks of hosts differ. A bound by id excludes whole partitions. */
const HOUR_MS = 3_600_000;

/**
 * One look by id for each delivery and for its message. A join of two lists of ids and spans of ids would be estimated as one row, and
 * in a week that is not analysed yet each delivery would be compared with every message of the batch. OFFSET 0 keeps it a look by id.
 */
const deliveriesSql = `
  SELECT d.id, d.account_id, m.accepted_at, m.scheduled_at, d.recipient, m.header_from, m.tags, m.credential_id,
    coalesce(m.session->>'via', 'smtp') AS via, d.stream_id
  FROM unnest($1::uuid[]) AS asked(id),
    LATERAL (SELECT * FROM delivery WHERE id = asked.id AND id >= $2 AND id <= $3 OFFSET 0) AS d,
    LATERAL (SELECT * FROM message WHERE id = d.message_id AND id >= $2 AND id <= $3 OFFSET 0) AS m`;

/** In the order in which the row of the delivery was locked. */
const eventsSql = `
  SELECT tx, seq, delivery_id, type, occurred_at, coalesce(detail->'agent'->>'kind', detail->>'agent') AS agent,
    detail->>'url' AS url, detail->>'mx_host' AS mx_host, coalesce(detail->>'category', detail->>'held_for') AS category,
    coalesce(detail->>'enhanced_code', detail->>'code') AS code
  FROM event
  WHERE message_id = ANY ($1::uuid[]) AND delivery_id = ANY ($2::uuid[]) AND id >= $3
    AND (tx, seq) <= ($4::bigint, $5::bigint)
  ORDER BY seq`;

/** The name of the reader. */
export const STATISTICS_READER = 'statistics';

type DeliveryRow = CountedDelivery & { readonly id: string };
type EventRow = Omit<CountedEvent, 'agent' | 'type'> & {
  readonly tx: string;
  readonly seq: string;
  readonly deliveryId: string;
  readonly type: EventType;
  readonly agent: string | undefined;
};

const agents: ReadonlySet<string> = new Set(['human', 'proxy', 'prefetch', 'bot'] satisfies AgentKind[]);
const countedEvent = (row: EventRow): CountedEvent => ({
  ...row,
  agent: row.agent !== undefined && agents.has(row.agent) ? (row.agent as AgentKind) : undefined,
});

export type Touched = { readonly deliveryIds: readonly string[]; readonly messageIds: readonly string[] };

function touchedBy(events: readonly StreamedEvent[]): Touched {
  const ofDeliveries = events.filter(({ deliveryId }) => deliveryId !== undefined);
  const unique = (ids: readonly (string | undefined)[]) => [...new Set(ids)].filter((id) => id !== undefined);
  return {
    deliveryIds: unique(ofDeliveries.map(({ deliveryId }) => deliveryId)),
    messageIds: unique(ofDeliveries.map(({ messageId }) => messageId)),
  };
}

const firstAfter = (id: string, ms: number): string => firstIdOf(new Date(timeOfId(id).getTime() + ms));

/** Ids of a message, its deliveries and attempts share the time of the message. */
const boundsOf = (messageIds: readonly string[]) => {
  const sorted = messageIds.toSorted();
  const first = sorted[0] ?? '';
  return {
    first: firstAfter(first, 0),
    last: firstAfter(sorted.at(-1) ?? '', 1),
    events: firstAfter(first, -HOUR_MS),
  };
};

/** An event is new when its place is that of the first event of the batch, or behind it. */
const isNew = (event: Position, first: Position): boolean => positionText(event) >= positionText(first);

const placeOf = ({ position }: StreamedEvent): Position => parsePosition(position) ?? { tx: '0', seq: '0' };

type Counted = { readonly delivery: DeliveryRow; readonly events: readonly EventRow[] };

/** Deliveries with their events up to a place in the outbox. One whose message retention has removed is left out. */
async function loadCounted(
  client: pg.ClientBase,
  { deliveryIds, messageIds }: Touched,
  end: Position,
): Promise<readonly Counted[]> {
  const bounds = boundsOf(messageIds);
  const found = await client.query(deliveriesSql, [deliveryIds, bounds.first, bounds.last]);
  const stored = await client.query(eventsSql, [messageIds, deliveryIds, bounds.events, end.tx, end.seq]);
  const events = Map.groupBy(stored.rows.map(fromRow<EventRow>), ({ deliveryId }) => deliveryId);
  return found.rows
    .map(fromRow<DeliveryRow>)
    .map((delivery) => ({ delivery, events: events.get(delivery.id) ?? [] }));
}

const contribution = ({ delivery, events }: Counted) => contributionOf(delivery, events.map(countedEvent));

/** What deliveries count at a place in the outbox, by their ids. */
export async function totalsAt(
  client: pg.ClientBase,
  touched: Touched,
  end: Position,
): Promise<ReadonlyMap<string, Counts>> {
  if (touched.deliveryIds.length === 0) return new Map();
  const counted = await loadCounted(client, touched, end);
  return new Map(counted.map((one) => [one.delivery.id, contribution(one).get(rowName('total', '')) ?? {}]));
}

/** For `runReaders`. */
export async function rollUp(client: pg.PoolClient, batch: readonly StreamedEvent[]): Promise<void> {
  const touched = touchedBy(batch);
  const [first] = batch;
  const last = batch.at(-1);
  if (first === undefined || last === undefined || touched.deliveryIds.length === 0) return;
  const start = placeOf(first);
  const counted = await loadCounted(client, touched, placeOf(last));
  const differences = counted.map((one): Difference => {
    const before = { ...one, events: one.events.filter((event) => !isNew(event, start)) };
    const { accountId, acceptedAt } = one.delivery;
    return { accountId, acceptedAt, rows: differenceOf(contribution(before), contribution(one)) };
  });
  await addToRows(client, differences);
}
