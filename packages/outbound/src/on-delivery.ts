import { randomUUID } from 'node:crypto';
import { makeAttempt, type OutboundDeps } from './make-attempt.ts';

/** Handles one ring. Twice is harmless: only the holder of the lease sends, and only a due delivery is leased. */
export async function onDelivery(deps: OutboundDeps, deliveryId: string): Promise<void> {
  const now = deps.now();
  const until = new Date(now.getTime() + deps.leases.leaseMs);
  const delivery = await deps.store.claim(deliveryId, { leaseId: randomUUID(), until, now });
  if (delivery) await makeAttempt(deps, delivery);
}
