/**
 * Limits how much runs at a time, per key (an address, an account, a host) and in total. Weights are in any unit: sessions, bytes.
 * Counted in this process only.
 */

/** Gives the permit back. Calling it twice changes nothing. */
export type Release = () => void;

export type SemaphoreOptions = {
  /** Weight in use of one key. Default: no limit. */
  readonly perKey?: number;
  /** Weight in use over all keys. Default: no limit. */
  readonly total?: number;
  /** How long `acquire` waits for a permit, in milliseconds. Default: for ever. */
  readonly waitMs?: number;
};

export type Semaphore = {
  /** A permit at once; `undefined`: there is none. A weight above a limit fits when nothing else counts against that limit. */
  tryAcquire(key: string, weight?: number): Release | undefined;
  /** A permit, in the order of arrival among those that fit; `undefined`: none within `waitMs`, or the semaphore was closed. */
  acquire(
    key: string,
    options?: { readonly weight?: number; readonly waitMs?: number },
  ): Promise<Release | undefined>;
  /** Runs `work` under a permit; `undefined`: `work` did not run, because no permit came. */
  run<T>(key: string, work: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
  /** Weight in use of one key, or over all keys. */
  inUse(key?: string): number;
  /** Grants no permit any more and ends all waiting. Permits in use stay valid. */
  close(): void;
};

const fits = (used: number, weight: number, limit: number): boolean => used === 0 || used + weight <= limit;

type Waiter = {
  readonly key: string;
  readonly weight: number;
  readonly end: (release: Release | undefined) => void;
};

export function openSemaphore(options: SemaphoreOptions): Semaphore {
  const { perKey = Number.POSITIVE_INFINITY, total = Number.POSITIVE_INFINITY } = options;
  const used = new Map<string, number>();
  const waiters = new Set<Waiter>();
  let usedInTotal = 0;
  let isClosed = false;

  const free = (key: string, weight: number): void => {
    const left = (used.get(key) ?? 0) - weight;
    if (left > 0) used.set(key, left);
    else used.delete(key);
    usedInTotal -= weight;
    for (const waiter of waiters) {
      if (usedInTotal >= total) break;
      const release = tryAcquire(waiter.key, waiter.weight);
      if (release) waiter.end(release);
    }
  };

  const tryAcquire = (key: string, weight = 1): Release | undefined => {
    const ofKey = used.get(key) ?? 0;
    if (isClosed || !fits(usedInTotal, weight, total) || !fits(ofKey, weight, perKey)) return undefined;
    used.set(key, ofKey + weight);
    usedInTotal += weight;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      free(key, weight);
    };
  };

  const wait = (key: string, weight: number, waitMs: number | undefined): Promise<Release | undefined> =>
    new Promise((resolve) => {
      const waiter: Waiter = {
        key,
        weight,
        end: (release) => {
          clearTimeout(timer);
          waiters.delete(waiter);
          resolve(release);
        },
      };
      const timer = waitMs === undefined ? undefined : setTimeout(waiter.end, waitMs, undefined);
      waiters.add(waiter);
    });

  const acquire: Semaphore['acquire'] = async (key, { weight = 1, waitMs = options.waitMs } = {}) => {
    const release = tryAcquire(key, weight);
    if (release || isClosed || waitMs === 0) return release;
    return wait(key, weight, waitMs);
  };

  return {
    tryAcquire,
    acquire,
    async run(key, work) {
      const release = await acquire(key);
      if (!release) return undefined;
      try {
        return { value: await work() };
      } finally {
        release();
      }
    },
    inUse: (key) => (key === undefined ? usedInTotal : (used.get(key) ?? 0)),
    close() {
      isClosed = true;
      for (const waiter of waiters) waiter.end(undefined);
    },
  };
}
