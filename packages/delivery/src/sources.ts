/** The two ways in which the engine gets a delivery. Each comes under a lease, so only one process makes an attempt. */
import { randomUUID } from 'node:crypto';
import { MemoryBudgetExceeded, memoryBackoffMs } from '@waybill/relay/delivery/memory-budget';
import type { ClaimedDelivery, PreparedClaim, PreparedMessage, StoredMessage } from '@waybill/relay/ports';
import { deliver } from './deliver.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import { countInHand, type InHandLimits } from './in-hand.ts';
import { putBack } from './record.ts';

/**
 * From the queue. A delivery that is early, final or leased by another process is left alone, so a job may come twice. With `dueBy` one
 * that is due at that time is not early. `false`: it was left alone.
 */
export async function claimAndDeliver(
  dependencies: DeliveryDependencies,
  deliveryId: string,
  dueBy?: Date,
): Promise<boolean> {
  const { store, leases, memory, now, random } = dependencies;
  const leaseId = randomUUID();
  const reservation = memory.reservation();
  try {
    const lease = { leaseId, until: new Date(now().getTime() + leases.leaseMs), now: now(), dueBy };
    const delivery = await store.claim(deliveryId, lease, reservation.take);
    if (delivery) await deliver(dependencies, delivery);
    return delivery !== undefined;
  } catch (error) {
    if (!(error instanceof MemoryBudgetExceeded)) throw error;
    const until = new Date(now().getTime() + memoryBackoffMs(random()));
    await putBack(dependencies, { id: deliveryId, leaseId }, until);
    return true;
  } finally {
    reservation.release();
  }
}

type Save = (claim: PreparedClaim | undefined) => Promise<readonly ClaimedDelivery[]>;

/** From preparation in the same process, from memory: no job, no claim of its own, no byte read twice. ADR 26. */
export type PreparedSource = {
  /**
   * Saves a prepared message with a claim on as many of its deliveries as this process can send now, and begins their attempts. May
   * wait a moment before the save (`in-hand.ts`). Returns what it claimed; the queue gets the others.
   */
  saveAndDeliver(
    stored: StoredMessage,
    prepared: PreparedMessage,
    save: Save,
  ): Promise<readonly ClaimedDelivery[]>;
  /** Claims nothing any more, and waits for the attempts in flight. */
  close(): Promise<void>;
};

/** Of the stored message with a patch. A larger delivery would take much memory for as long as its host is slow. */
const MAX_BYTES = 524_288;

const dueOf = ({ bytes }: StoredMessage, { deliveries }: PreparedMessage): readonly string[] =>
  deliveries
    .filter(({ status, patch }) => status === 'queued' && bytes.length + (patch?.length ?? 0) <= MAX_BYTES)
    .map(({ id }) => id);

export function openPreparedSource(dependencies: DeliveryDependencies, limits: InHandLimits): PreparedSource {
  const { now, leases, onTrouble } = dependencies;
  const inHand = countInHand(limits);
  const inFlight = new Set<Promise<void>>();
  let isClosed = false;

  const start = (delivery: ClaimedDelivery): void => {
    const attempt = deliver(dependencies, delivery)
      .catch((error: unknown) => onTrouble(error, 'attempt not saved'))
      .finally(() => {
        inFlight.delete(attempt);
        inHand.leave(delivery.accountId, 1);
      });
    inFlight.add(attempt);
  };

  const claimOf = (stored: StoredMessage, ids: readonly string[]): PreparedClaim => ({
    stored,
    leaseIds: new Map(ids.map((id) => [id, randomUUID()])),
    until: new Date(now().getTime() + leases.leaseMs),
  });

  return {
    async saveAndDeliver(stored, prepared, save) {
      const due = isClosed ? [] : dueOf(stored, prepared);
      const taken = due.length === 0 ? 0 : await inHand.take(prepared.accountId, due.length);
      let begun = 0;
      try {
        const claimed = await save(taken === 0 ? undefined : claimOf(stored, due.slice(0, taken)));
        claimed.forEach(start);
        begun = claimed.length;
        return claimed;
      } finally {
        inHand.leave(prepared.accountId, taken - begun);
      }
    },
    async close() {
      isClosed = true;
      await Promise.all(inFlight);
    },
  };
}
