import { type DeliveryStatus, deliveryStatuses, type EventType } from '@waybill/relay/events/event';
import { statusAfter } from '@waybill/relay/events/status';

/** For every status the one that follows: the rule of `statusAfter`, written out so that a statement can look it up. */
export type StatusMoves = Readonly<Record<DeliveryStatus, DeliveryStatus>>;

/** What these events, one after the other, make of each status. */
export const movesAfter = (events: readonly EventType[]): StatusMoves =>
  Object.fromEntries(
    deliveryStatuses.map((status) => [status, events.reduce<DeliveryStatus>(statusAfter, status)]),
  ) as StatusMoves;

const open: ReadonlySet<DeliveryStatus> = new Set(['queued', 'deferred', 'held', 'unknown']);

/** Statuses in which another attempt is still possible. The rest are ends: nothing is left to do. */
export const openStatuses: readonly DeliveryStatus[] = deliveryStatuses.filter((status) => open.has(status));
