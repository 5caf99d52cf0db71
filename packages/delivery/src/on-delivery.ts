import { randomUUID } from 'node:crypto';
import {
  type MemoryBudget,
  MemoryBudgetExceeded,
  memoryBackoffMs,
} from '@waybill/io/concurrency/memory-budget';
import { makeAttempt } from './deliver.ts';
import type { OutboundDependencies } from './delivery-dependencies.ts';
import { enqueueAt } from './enqueue-at.ts';

export type DeliveryDependencies = OutboundDependencies & {
  /** For the bytes of large deliveries. */
  readonly memory: MemoryBudget;
};

/** Handles one ring. Twice is harmless: only the holder of the lease sends, and only a due delivery is leased. */
export async function onDelivery(dependencies: DeliveryDependencies, deliveryId: string): Promise<void> {
  const now = dependencies.now();
  const lease = { leaseId: randomUUID(), until: new Date(now.getTime() + dependencies.leases.leaseMs), now };
  const memory = dependencies.memory.reservation();
  try {
    const delivery = await dependencies.store.claim(deliveryId, lease, memory.take);
    if (delivery) await makeAttempt(dependencies, delivery);
  } catch (error) {
    if (!(error instanceof MemoryBudgetExceeded)) throw error;
    const until = new Date(dependencies.now().getTime() + memoryBackoffMs(dependencies.random()));
    await dependencies.store.putBack(deliveryId, lease.leaseId, until);
    await enqueueAt(dependencies, deliveryId, until);
  } finally {
    memory.release();
  }
}
