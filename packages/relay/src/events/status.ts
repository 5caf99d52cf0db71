/** The status of a delivery follows from its events. No code writes a status without an event. ARCHITECTURE §6. */
import type { DeliveryStatus, EventType } from './event.ts';

type Move = { readonly to: DeliveryStatus; readonly from: readonly DeliveryStatus[] };

/** A scheduled delivery is not prepared yet: nothing can be attempted, but it can be ended or put aside. */
const unsent = ['scheduled', 'queued', 'deferred'] as const;
const waiting = ['queued', 'deferred', 'held'] as const;

/**
 * From where each event moves a delivery, and whereto: always to the right in `deliveryStatuses`.
 * Delivered mail does not fail, whatever a process says that was asleep meanwhile; only a bounce or a complaint comes after.
 * The exception is `requeued`: a person asks for another try where no server had the last word. docs/adr/0009.
 */
const moves: Readonly<Record<EventType, Move>> = {
  queued: { to: 'queued', from: ['scheduled'] },
  deferred: { to: 'deferred', from: ['queued'] },
  held: { to: 'held', from: unsent },
  unknown: { to: 'unknown', from: waiting },
  delivered: { to: 'delivered', from: [...waiting, 'unknown'] },
  requeued: { to: 'queued', from: ['held', 'unknown', 'failed'] },
  suppressed: { to: 'suppressed', from: ['scheduled', ...waiting] },
  cancelled: { to: 'cancelled', from: ['scheduled', ...waiting] },
  failed: { to: 'failed', from: [...waiting, 'unknown'] },
  bounced: { to: 'bounced', from: [...waiting, 'unknown', 'delivered', 'failed'] },
  complained: { to: 'complained', from: [...waiting, 'unknown', 'delivered', 'failed', 'bounced'] },
  // Whoever follows a link has the message: that settles an attempt without an answer. It settles nothing else: servers
  // follow links before they answer 451 or 550, and mail that was put off must be tried again.
  opened: { to: 'delivered', from: ['unknown'] },
  clicked: { to: 'delivered', from: ['unknown'] },
  unsubscribed: { to: 'delivered', from: ['unknown'] },
};

/** The status after an event. Late and repeated events change nothing. */
export const statusAfter = (status: DeliveryStatus, event: EventType): DeliveryStatus => {
  const { to, from } = moves[event];
  return from.includes(status) ? to : status;
};
