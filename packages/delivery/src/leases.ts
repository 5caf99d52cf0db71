/**
 * Leases are short, so that what a dead process held is soon free; attempts may be long (RFC 5321 §4.5.3.2: ten minutes for
 * the dot alone). So whoever works on a delivery keeps its lease here, and all that are kept are renewed together.
 */
import type { DeliveryStore, HeldLease } from '@waybill/relay/ports';

export type KeptLease = {
  /** Another process has the delivery, or it ended meanwhile. */
  isLost(): boolean;
  /** No longer renewed; it is not given back here. */
  release(): void;
};

export type HeldLeases = {
  readonly leaseMs: number;
  keep(lease: HeldLease): KeptLease;
  close(): void;
};

export type HeldLeasesSettings = {
  readonly store: Pick<DeliveryStore, 'renew'>;
  readonly leaseMs: number;
  readonly now: () => Date;
  readonly onTrouble: (error: unknown, what: string) => void;
};

/** Of the length of a lease: two renewals may fail before it runs out. */
const PART = 3;

export function openHeldLeases({ store, leaseMs, now, onTrouble }: HeldLeasesSettings): HeldLeases {
  const kept = new Map<string, HeldLease>();
  let isRenewing = false;

  const renew = async (): Promise<void> => {
    const leases = [...kept.values()];
    const held = new Set(await store.renew(leases, new Date(now().getTime() + leaseMs)));
    for (const { leaseId } of leases) if (!held.has(leaseId)) kept.delete(leaseId);
  };

  const tick = async (): Promise<void> => {
    // A statement that hangs is not joined by another: it holds a connection that attempts need.
    if (isRenewing || kept.size === 0) return;
    isRenewing = true;
    try {
      await renew();
    } catch (error) {
      // Nobody knows whether they still hold. The next turn asks again, and the dot is never sent on a guess.
      onTrouble(error, 'leases not renewed');
    } finally {
      isRenewing = false;
    }
  };

  const timer = setInterval(() => void tick(), leaseMs / PART);
  timer.unref();
  return {
    leaseMs,
    keep(lease) {
      kept.set(lease.leaseId, lease);
      return {
        isLost: () => !kept.has(lease.leaseId),
        release: () => void kept.delete(lease.leaseId),
      };
    },
    close: () => clearInterval(timer),
  };
}
