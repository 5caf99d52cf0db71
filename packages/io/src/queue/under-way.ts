import { setTimeout as wait } from 'node:timers/promises';

/** Work that its callers may have left running, so that a close can wait for it. */
export type UnderWay = {
  add<Result>(work: Promise<Result>): Promise<Result>;
  /** Resolves when all of it has ended, well or badly, or after that time. */
  ended(withinMs: number): Promise<void>;
};

export function underWay(): UnderWay {
  const all = new Set<Promise<unknown>>();
  return {
    add(work) {
      all.add(work);
      const gone = (): void => void all.delete(work);
      // How it went is for whoever asked for it.
      work.then(gone, gone);
      return work;
    },
    async ended(withinMs) {
      const timer = new AbortController();
      const late = wait(withinMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled(all), late]);
      timer.abort();
    },
  };
}
