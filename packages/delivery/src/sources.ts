/** The two ways in which the engine gets a delivery. Each comes under a lease, so only one process makes an attempt. */
import { randomUUID } from 'node:crypto';
import { MemoryBudgetExceeded, memoryBackoffMs } from '@waybill/relay/delivery/memory-budget';
import type { ClaimedDelivery, PreparedClaim, PreparedMessage, StoredMessage } from '@waybill/relay/ports';
import { deliver } from './deliver.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import { countInHand, type InHandLimits } from './in-hand.ts';
import { putBack } from './record.ts';

/** From the queue. A delivery that is early, final or leased by another process is left alone, so a job may come twice. */
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

/** From preparation in the same process, from memory: no job, no claim of its own, no byte read twice. ADR 26. */
export type PreparedSource = {
  /** What to claim of this message when it is saved; `undefined`: nothing. May wait a moment (`in-hand.ts`). */
  claimFor(stored: StoredMessage, prepared: PreparedMessage): Promise<PreparedClaim | undefined>;
  /** Makes the attempts of what was claimed. Does not wait for them. */
  deliver(claimed: readonly ClaimedDelivery[]): void;
  /** Claims nothing any more, and waits for the attempts under way. */
  close(): Promise<void>;
};

/** Of the stored message with a patch. A larger delivery would take much memory for as long as its host is slow. */
const MAX_BYTES = 524_288;

export function openPreparedSource(dependencies: DeliveryDependencies, limits: InHandLimits): PreparedSource {
  const { now, leases, onTrouble } = dependencies;
  const inHand = countInHand(limits);
  const underWay = new Set<Promise<void>>();
  let isClosed = false;

  const start = (delivery: ClaimedDelivery): void => {
    const counted = inHand.enter(delivery.accountId);
    const attempt = deliver(dependencies, delivery)
      .catch((error: unknown) => onTrouble(error, 'attempt not saved'))
      .finally(() => {
        underWay.delete(attempt);
        counted.leave();
      });
    underWay.add(attempt);
  };

  return {
    async claimFor(stored, { accountId, deliveries }) {
      const due = deliveries.filter(
        ({ status, patch }) => status === 'queued' && stored.bytes.length + (patch?.length ?? 0) <= MAX_BYTES,
      );
      const upTo = due.length === 0 || isClosed ? 0 : await inHand.free(accountId);
      const claimed = due.slice(0, isClosed ? 0 : upTo);
      if (claimed.length === 0) return undefined;
      return {
        stored,
        leaseIds: new Map(claimed.map(({ id }) => [id, randomUUID()])),
        until: new Date(now().getTime() + leases.leaseMs),
      };
    },
    deliver: (claimed) => claimed.forEach(start),
    async close() {
      isClosed = true;
      await Promise.all(underWay);
    },
  };
}
