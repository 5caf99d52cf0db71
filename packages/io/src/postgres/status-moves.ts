import { type DeliveryStatus, deliveryStatuses, type EventType } from '@waybill/relay/events/event';

/** For every status the one that follows: the rule of `statusAfter`, written out so that a statement can look it up. */
export type StatusMoves = Readonly<Record<DeliveryStatus, DeliveryStatus>>;

/** Which status an event claims. An open, a click or an unsubscription proves that the message arrived. */
const claims = {
  ...(Object.fromEntries(deliveryStatuses.map((status) => [status, status])) as StatusMoves),
  opened: 'delivered',
  clicked: 'delivered',
  unsubscribed: 'delivered',
} as const satisfies Record<EventType, DeliveryStatus>;

const rank = (status: DeliveryStatus): number => deliveryStatuses.indexOf(status);

const statusAfter = (status: DeliveryStatus, event: EventType): DeliveryStatus =>
  rank(claims[event]) > rank(status) ? claims[event] : status;

const follow = (status: DeliveryStatus, events: readonly EventType[]): DeliveryStatus =>
  events.reduce((at, event) => statusAfter(at, event), status);

/** What these events, one after the other, make of each status. */
export const movesAfter = (events: readonly EventType[]): StatusMoves =>
  Object.fromEntries(deliveryStatuses.map((status) => [status, follow(status, events)])) as StatusMoves;

const open: ReadonlySet<DeliveryStatus> = new Set(['queued', 'deferred', 'held', 'unknown']);

/** Statuses in which another attempt is still possible. The rest are ends: nothing is left to do. */
export const openStatuses: readonly DeliveryStatus[] = deliveryStatuses.filter((status) => open.has(status));
