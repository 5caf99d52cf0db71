/** The ways in which the engine gets a delivery. Each claims it under a lease, so only one process makes an attempt. */
import { randomUUID } from 'node:crypto';
import { MemoryBudgetExceeded, memoryBackoffMs } from '@waybill/relay/delivery/memory-budget';
import { deliver } from './deliver.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import { putBack } from './record.ts';

/** Claims what the queue names, and makes an attempt. A delivery that is early, final or leased by another process is left alone. */
export async function claimAndDeliver(dependencies: DeliveryDependencies, deliveryId: string): Promise<void> {
  const { store, leases, memory, now, random } = dependencies;
  const leaseId = randomUUID();
  const reservation = memory.reservation();
  try {
    const lease = { leaseId, until: new Date(now().getTime() + leases.leaseMs), now: now() };
    const delivery = await store.claim(deliveryId, lease, reservation.take);
    if (delivery) await deliver(dependencies, delivery);
  } catch (error) {
    if (!(error instanceof MemoryBudgetExceeded)) throw error;
    const until = new Date(now().getTime() + memoryBackoffMs(random()));
    await putBack(dependencies, { id: deliveryId, leaseId }, until);
  } finally {
    reservation.release();
  }
}
