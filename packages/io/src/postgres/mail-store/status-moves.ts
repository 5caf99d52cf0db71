import { type DeliveryStatus, deliveryStatuses, type EventType } from '@waybill/relay/events/event';
import { statusAfter } from '@waybill/relay/events/status';

/** For every status the next one: the rule of `statusAfter` as a table for SQL statements. */
export type StatusMoves = Readonly<Record<DeliveryStatus, DeliveryStatus>>;

/** The next status of each status after these events in their order. */
export const movesAfter = (events: readonly EventType[]): StatusMoves =>
  Object.fromEntries(
    deliveryStatuses.map((status) => [status, events.reduce<DeliveryStatus>(statusAfter, status)]),
  ) as StatusMoves;

const open: ReadonlySet<DeliveryStatus> = new Set(['queued', 'deferred', 'held', 'unknown']);

/** Statuses in which another attempt is possible. The other statuses are final. */
export const openStatuses: readonly DeliveryStatus[] = deliveryStatuses.filter((status) => open.has(status));
