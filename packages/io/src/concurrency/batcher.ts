/**
 * Collects the items of concurrent callers and flushes them together: one statement, one transaction, one fsync or one Redis script
 * for many items. Items that arrive while a flush runs share the next one. `add` resolves after the flush of its own item has ended.
 */
import { setTimeout as delay } from 'node:timers/promises';

export type Batcher<Item, Result> = { add(item: Item): Promise<Result> };

export type BatcherOptions<Item, Result> = {
  /** Stores all items or none, and returns their results in the same order. Running it twice must be harmless if `isTransient` is set. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  /** Bytes of an item, for batches that are bounded by `maxBytes` too. An item larger than `maxBytes` is flushed alone. */
  readonly sizeOf?: (item: Item) => number;
  readonly maxBytes?: number;
  /** Items that may wait. `add` rejects beyond this number, because a longer queue would only hide that storage is too slow. */
  readonly maxWaiting?: number;
  /** Flushes that may run at a time. Default 1. */
  readonly maxFlushes?: number;
  /**
   * How long the next batch waits for more items after a batch of at least four, in milliseconds. A row in a batch of twenty costs a
   * third of a row in a batch of five. An item that comes alone never waits.
   */
  readonly lingerMs?: number;
  /** A flush that has not ended after this time has failed, in milliseconds: the callers must not hang. */
  readonly timeoutMs?: number;
  /**
   * Whether the same flush may succeed later, because the connection or the server failed. Then the batch is flushed once more, and
   * fails as a whole. After any other error the batch is split in halves until the faulty item fails alone. Without this function a
   * batch fails as a whole and is not flushed again.
   */
  readonly isTransient?: (error: unknown) => boolean;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

const DEFAULT_MAX_WAITING = 10_000;
/** `lingerMs` for statements that no client waits for. */
export const LINGER_MS = 10;
/** A batch of this size shows that more items are coming. */
const BUSY_BATCH = 4;
const RETRY_DELAY_MS = 50;

/** The next batch, at least one item, removed from the front of the queue. */
function takeBatch<Item, Result>(
  queue: Waiting<Item, Result>[],
  bounds: { readonly maxItems: number; readonly maxBytes: number },
): Waiting<Item, Result>[] {
  let bytes = 0;
  let count = 0;
  for (const { bytes: more } of queue) {
    if (count > 0 && (count >= bounds.maxItems || bytes + more > bounds.maxBytes)) break;
    bytes += more;
    count += 1;
  }
  return queue.splice(0, count);
}

async function withinTime<T>(work: Promise<T>, timeoutMs: number | undefined): Promise<T> {
  if (timeoutMs === undefined) return work;
  const late = Promise.withResolvers<never>();
  const expire = (): void => late.reject(new Error(`No answer within ${timeoutMs} ms`));
  const timer = setTimeout(expire, timeoutMs).unref();
  // After the timeout the rejection of `work` has no other handler.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

type Flush<Item, Result> = BatcherOptions<Item, Result>['flush'];

/** Flushes within the time limit, and once more after a transient error. */
function retryingFlush<Item, Result>(options: BatcherOptions<Item, Result>): Flush<Item, Result> {
  const flush: Flush<Item, Result> = (items) => withinTime(options.flush(items), options.timeoutMs);
  return async (items) => {
    try {
      return await flush(items);
    } catch (error) {
      if (!options.isTransient?.(error)) throw error;
      // A cut connection leaves open whether COMMIT happened. The second flush finds out, because running it twice is harmless.
      await delay(RETRY_DELAY_MS);
      return flush(items);
    }
  };
}

async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  flush: Flush<Item, Result>,
  isTransient: (error: unknown) => boolean,
): Promise<void> {
  try {
    const results = await flush(batch.map((waiting) => waiting.item));
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as Result);
  } catch (error) {
    if (batch.length > 1 && !isTransient(error)) {
      const middle = batch.length >> 1;
      await settle(batch.slice(0, middle), flush, isTransient);
      await settle(batch.slice(middle), flush, isTransient);
      return;
    }
    for (const waiting of batch) waiting.reject(error);
  }
}

export function openBatcher<Item, Result>(options: BatcherOptions<Item, Result>): Batcher<Item, Result> {
  const { maxItems, lingerMs = 0, isTransient = () => true } = options;
  const queue: Waiting<Item, Result>[] = [];
  const bounds = { maxItems, maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY };
  const flush = retryingFlush(options);
  let freeFlushes = options.maxFlushes ?? 1;
  let isScheduled = false;
  let lastBatch = 0;

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      if (lingerMs > 0 && lastBatch >= BUSY_BATCH && queue.length < maxItems) await delay(lingerMs);
      const batch = takeBatch(queue, bounds);
      lastBatch = batch.length;
      await settle(batch, flush, isTransient);
    }
    freeFlushes += 1;
  };

  const start = (): void => {
    isScheduled = false;
    if (freeFlushes === 0 || queue.length === 0) return;
    freeFlushes -= 1;
    void run();
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (queue.length >= (options.maxWaiting ?? DEFAULT_MAX_WAITING))
          return reject(new Error('Storage cannot keep up: too many writes are waiting'));
        queue.push({ item, bytes: options.sizeOf?.(item) ?? 0, resolve, reject });
        if (isScheduled || freeFlushes === 0) return;
        isScheduled = true;
        // After this turn of the event loop: items that other sockets bring in the same turn join the batch.
        setImmediate(start);
      }),
  };
}
