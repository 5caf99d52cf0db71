/** The status of a delivery follows from its events. No code writes a status without an event. ARCHITECTURE §6. */
import type { DeliveryStatus, EventType } from './event.ts';

type Move = { readonly to: DeliveryStatus; readonly from: readonly DeliveryStatus[] };

/** Statuses before an end. A scheduled delivery is not prepared, so it has no attempts, but it can be cancelled or held. */
const unsent = ['scheduled', 'queued', 'deferred'] as const;
const waiting = ['queued', 'deferred', 'held'] as const;

/**
 * The statuses that each event moves a delivery from and to: always to the right in `deliveryStatuses`. A delivered delivery
 * cannot fail by a late result; only a bounce or a complaint follows. The exception is `requeued`: a person asks for another
 * attempt where no server gave a final reply. docs/adr/0009.
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
  // A followed link proves that the message arrived, which settles an unanswered attempt. It settles no other status: servers
  // follow links before they reply 451 or 550, and a deferred delivery must be tried again.
  opened: { to: 'delivered', from: ['unknown'] },
  clicked: { to: 'delivered', from: ['unknown'] },
  unsubscribed: { to: 'delivered', from: ['unknown'] },
};

/** The status after an event. Late and repeated events change nothing. */
export const statusAfter = (status: DeliveryStatus, event: EventType): DeliveryStatus => {
  const { to, from } = moves[event];
  return from.includes(status) ? to : status;
};
