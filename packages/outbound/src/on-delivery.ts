import { randomUUID } from 'node:crypto';
import { comeBackMs, type MemoryRoom, NoRoom } from '@waybill/io/process/memory-room';
import { makeAttempt } from './make-attempt.ts';
import type { OutboundDeps } from './outbound-deps.ts';
import { ringAt } from './ring-at.ts';

export type DeliveryDeps = OutboundDeps & {
  /** For the bytes of large deliveries. */
  readonly memory: MemoryRoom;
};

/** Handles one ring. Twice is harmless: only the holder of the lease sends, and only a due delivery is leased. */
export async function onDelivery(deps: DeliveryDeps, deliveryId: string): Promise<void> {
  const now = deps.now();
  const lease = { leaseId: randomUUID(), until: new Date(now.getTime() + deps.leases.leaseMs), now };
  const room = deps.memory.reservation();
  try {
    const delivery = await deps.store.claim(deliveryId, lease, room.take);
    if (delivery) await makeAttempt(deps, delivery);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    const until = new Date(deps.now().getTime() + comeBackMs(deps.random()));
    await deps.store.putBack(deliveryId, lease.leaseId, until);
    await ringAt(deps, deliveryId, until);
  } finally {
    room.release();
  }
}
