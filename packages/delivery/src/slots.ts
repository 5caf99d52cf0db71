/** How many may be at one thing at a time (sessions of a host, attempts of an account), so that a slow one cannot take them all. */

/** Gives a slot back. */
export type Release = () => void;

export type Slots = {
  /** A slot of `key`, at once when there is one; `undefined` when none came free in time. `waitMs` replaces the usual patience. */
  take(key: string, waitMs?: number): Promise<Release | undefined>;
  /** Runs inside a slot of `key`; `undefined` when none came free in time. */
  within<T>(key: string, run: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
};

type Queue = { busy: number; readonly waiting: (() => void)[] };

/** Its turn in the queue, or `false` when it did not come in time. */
function turnIn({ waiting }: Queue, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const mine = (): void => {
      clearTimeout(timer);
      resolve(true);
    };
    const timer = setTimeout(() => {
      waiting.splice(waiting.indexOf(mine), 1);
      resolve(false);
    }, waitMs);
    waiting.push(mine);
  });
}

export function openSlots({ perKey, waitMs }: { readonly perKey: number; readonly waitMs: number }): Slots {
  const queues = new Map<string, Queue>();

  const giveBack = (key: string, queue: Queue): void => {
    const next = queue.waiting.shift();
    // The slot goes from hand to hand and is never free in between.
    if (next) {
      next();
      return;
    }
    queue.busy -= 1;
    if (queue.busy === 0) queues.delete(key);
  };

  const take = async (key: string, patienceMs = waitMs): Promise<Release | undefined> => {
    const queue = queues.get(key) ?? { busy: 0, waiting: [] };
    queues.set(key, queue);
    if (queue.busy < perKey) queue.busy += 1;
    else if (patienceMs === 0 || !(await turnIn(queue, patienceMs))) return undefined;
    return () => giveBack(key, queue);
  };

  return {
    take,
    async within<T>(key: string, run: () => Promise<T>) {
      const release = await take(key);
      if (!release) return undefined;
      try {
        return { value: await run() };
      } finally {
        release();
      }
    },
  };
}
