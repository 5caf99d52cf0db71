/**
 * Renews the leases of the deliveries that this process works on, all in one statement. Leases are short, so that the deliveries of a dead
 * process are soon free. Attempts may be long: RFC 5321 §4.5.3.2 allows ten minutes for the reply to the final dot alone.
 */
import type { DeliveryStore, HeldLease } from '@waybill/relay/ports';

export type KeptLease = {
  /** Another process has the delivery, or it ended meanwhile. */
  isLost(): boolean;
  /** Renews the lease no more. The record of the attempt ends the lease in the store. */
  release(): void;
};

export type HeldLeases = {
  /** Length of a lease in milliseconds. */
  readonly leaseMs: number;
  /** Renews this lease until `release`. */
  keep(lease: HeldLease): KeptLease;
  close(): void;
};

export type HeldLeasesSettings = {
  readonly store: Pick<DeliveryStore, 'renew'>;
  readonly leaseMs: number;
  readonly now: () => Date;
  readonly onTrouble: (error: unknown, what: string) => void;
};

/** Renewals within the length of a lease: two may fail before it runs out. */
const RENEWALS = 3;

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
      // It is unknown whether the leases are valid. The next turn renews again, and the lease is checked before the dot.
      onTrouble(error, 'leases not renewed');
    } finally {
      isRenewing = false;
    }
  };

  const timer = setInterval(() => void tick(), leaseMs / RENEWALS);
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
