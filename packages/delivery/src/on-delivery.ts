import { randomUUID } from 'node:crypto';
import { comeBackMs, type MemoryRoom, NoRoom } from '@waybill/io/process/memory-room';
import { makeAttempt } from './deliver.ts';
import type { OutboundDependencies } from './delivery-dependencies.ts';
import { enqueueAt } from './enqueue-at.ts';

export type DeliveryDependencies = OutboundDependencies & {
  /** For the bytes of large deliveries. */
  readonly memory: MemoryRoom;
};

/** Handles one ring. Twice is harmless: only the holder of the lease sends, and only a due delivery is leased. */
export async function onDelivery(dependencies: DeliveryDependencies, deliveryId: string): Promise<void> {
  const now = dependencies.now();
  const lease = { leaseId: randomUUID(), until: new Date(now.getTime() + dependencies.leases.leaseMs), now };
  const room = dependencies.memory.reservation();
  try {
    const delivery = await dependencies.store.claim(deliveryId, lease, room.take);
    if (delivery) await makeAttempt(dependencies, delivery);
  } catch (error) {
    if (!(error instanceof NoRoom)) throw error;
    const until = new Date(dependencies.now().getTime() + comeBackMs(dependencies.random()));
    await dependencies.store.putBack(deliveryId, lease.leaseId, until);
    await enqueueAt(dependencies, deliveryId, until);
  } finally {
    room.release();
  }
}
