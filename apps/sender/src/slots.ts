/** How many sessions one destination may have at a time, so that a slow one cannot take them all. */

export type Slots = {
  /** Runs inside a slot of `key`; `undefined` when none came free in time. */
  within<T>(key: string, run: () => Promise<T>): Promise<{ readonly value: T } | undefined>;
};

type Queue = { busy: number; readonly waiting: (() => void)[] };

export function openSlots({ perKey, waitMs }: { readonly perKey: number; readonly waitMs: number }): Slots {
  const queues = new Map<string, Queue>();

  const take = (queue: Queue): Promise<boolean> => {
    if (queue.busy < perKey) {
      queue.busy += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const mine = (): void => {
        clearTimeout(timer);
        resolve(true);
      };
      const timer = setTimeout(() => {
        queue.waiting.splice(queue.waiting.indexOf(mine), 1);
        resolve(false);
      }, waitMs);
      queue.waiting.push(mine);
    });
  };

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

  return {
    async within<T>(key: string, run: () => Promise<T>) {
      const queue = queues.get(key) ?? { busy: 0, waiting: [] };
      queues.set(key, queue);
      if (!(await take(queue))) return undefined;
      try {
        return { value: await run() };
      } finally {
        giveBack(key, queue);
      }
    },
  };
}
