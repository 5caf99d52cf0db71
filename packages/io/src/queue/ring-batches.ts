import { setTimeout as wait } from 'node:timers/promises';

/** Adds to a group under way, and resolves when the group that holds the items was sent. */
export type Batches<Item> = { send(items: readonly Item[]): Promise<void> };

type Batch<Item> = { readonly items: Item[]; readonly sent: PromiseWithResolvers<void> };

export type BatchSettings<Item> = {
  readonly send: (items: readonly Item[]) => Promise<void>;
  readonly maximum: number;
  /** A backend that does not answer within this time has failed: the caller must not hang. */
  readonly timeoutMs: number;
  /** How long the next group waits for company after one of many. The price of a ring is the same for one id and for many. */
  readonly gatherMs?: number;
};

/** The last group was no accident: more are coming. */
const CROWD = 4;

async function withinTime(work: Promise<void>, timeoutMs: number): Promise<void> {
  const late = Promise.withResolvers<void>();
  const timer = setTimeout(
    () => late.reject(new Error(`The queue did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  ).unref();
  // The loser of the race must not become an unhandled rejection.
  work.catch(() => undefined);
  try {
    await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

/** Group commit for rings: whatever is rung while one group is on its way travels in the next one. */
export function ringBatches<Item>(settings: BatchSettings<Item>): Batches<Item> {
  const waiting: Batch<Item>[] = [];
  const gatherMs = settings.gatherMs ?? 0;
  let busy = false;
  let lastGroup = 0;

  const gather = async (): Promise<void> => {
    if (gatherMs > 0 && lastGroup >= CROWD) await wait(gatherMs);
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      await gather();
      const batch = waiting.shift();
      if (batch === undefined) break;
      lastGroup = batch.items.length;
      await withinTime(settings.send(batch.items), settings.timeoutMs).then(
        batch.sent.resolve,
        batch.sent.reject,
      );
    }
    busy = false;
  };

  const openBatch = (size: number): Batch<Item> => {
    const last = waiting.at(-1);
    if (last !== undefined && last.items.length + size <= settings.maximum) return last;
    const fresh: Batch<Item> = { items: [], sent: Promise.withResolvers<void>() };
    waiting.push(fresh);
    return fresh;
  };

  return {
    send: (items) => {
      const batch = openBatch(items.length);
      batch.items.push(...items);
      // Not at once: those that one commit woke ring one after the other in this turn of the loop, and share the first group.
      if (!busy) {
        busy = true;
        setImmediate(() => void drain());
      }
      return batch.sent.promise;
    },
  };
}
