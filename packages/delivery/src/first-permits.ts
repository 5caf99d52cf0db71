/** Room for first attempts: so many at a time, and a part of them for each account. */
import { openSlots, type Release } from './slots.ts';

export type FirstPlaces = {
  /** A place, or `undefined`: then the delivery is for the sender. `mayWait`: a moment, for a place that is free soon. */
  take(accountId: string, mayWait: boolean): Promise<Release | undefined>;
};

export type FirstPlacesSettings = {
  /** First attempts at a time. */
  readonly places: number;
  /** Of those, what one account may have. */
  readonly perAccount: number;
};

/** How long a message waits for a place while the hosts of its account answer as quickly as that. Slow ones are left to the sender. */
export const PATIENCE_MS = 250;

/** Of the newest attempt in the mean. */
const WEIGHT = 0.2;

/**
 * A burst to quick hosts waits here, which is cheaper than the way through the queue. A slow host is never waited for: whoever waits
 * takes the place of a message that could be prepared.
 */
export function openFirstPlaces({ places, perAccount }: FirstPlacesSettings): FirstPlaces {
  const all = openSlots({ perKey: places, waitMs: 0 });
  const accounts = openSlots({ perKey: perAccount, waitMs: PATIENCE_MS });
  const busy = new Map<string, { count: number; meanMs: number }>();

  const enter = (accountId: string): Release => {
    const account = busy.get(accountId) ?? { count: 0, meanMs: 0 };
    busy.set(accountId, account);
    account.count += 1;
    const began = performance.now();
    return () => {
      account.meanMs += (performance.now() - began - account.meanMs) * WEIGHT;
      account.count -= 1;
      if (account.count === 0) busy.delete(accountId);
    };
  };

  return {
    async take(accountId, mayWait) {
      const isQuick = (busy.get(accountId)?.meanMs ?? 0) < PATIENCE_MS;
      const ofAccount = await accounts.take(accountId, mayWait && isQuick ? PATIENCE_MS : 0);
      const ofAll = ofAccount && (await all.take(''));
      if (!ofAll) {
        ofAccount?.();
        return undefined;
      }
      const leave = enter(accountId);
      return () => {
        leave();
        ofAll();
        ofAccount();
      };
    },
  };
}
