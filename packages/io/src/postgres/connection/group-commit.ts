import { isConnectionTrouble } from './connection-trouble.ts';

/** Callers that come while a transaction runs share the next one. Each is answered after its own COMMIT, never before. */
export type GroupCommit<Item, Result> = { add(item: Item): Promise<Result> };

export type GroupCommitOptions<Item, Result> = {
  /** One transaction for all items: keeps all or none, answers in their order. Running it again must be harmless. */
  readonly flush: (items: readonly Item[]) => Promise<readonly Result[]>;
  readonly maxItems: number;
  /** Bytes of an item, where batches must be bounded by size too. */
  readonly sizeOf?: (item: Item) => number;
  readonly maxBytes?: number;
  /** Waiting items beyond which callers are turned away: a queue without end would only hide that storage is too slow. */
  readonly maxWaiting?: number;
  /** Transactions under way at a time. */
  readonly lanes?: number;
  /**
   * How long the next batch waits for company while there is a crowd, in milliseconds. A row in a batch of twenty costs a third
   * of one in a batch of five; who comes alone does not wait.
   */
  readonly gatherMs?: number;
};

type Waiting<Item, Result> = {
  readonly item: Item;
  readonly bytes: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
};

const MAX_WAITING = 10_000;
/** `gatherMs` of what nobody waits for at a door. */
export const GATHER_MS = 10;
/** The last batch was no accident: more are coming. */
const CROWD = 4;
const RETRY_PAUSE_MS = 50;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** The next batch, at least one item, taken off the front of the queue. */
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

/** Flushes; what a poisoned item spoils is halved until it stands alone, so that its neighbours are kept. */
async function settle<Item, Result>(
  batch: readonly Waiting<Item, Result>[],
  flush: (items: readonly Item[]) => Promise<readonly Result[]>,
): Promise<void> {
  try {
    const results = await flush(batch.map((waiting) => waiting.item));
    for (const [index, waiting] of batch.entries()) waiting.resolve(results[index] as Result);
  } catch (error) {
    if (batch.length > 1 && !isConnectionTrouble(error)) {
      const middle = batch.length >> 1;
      await settle(batch.slice(0, middle), flush);
      await settle(batch.slice(middle), flush);
      return;
    }
    for (const waiting of batch) waiting.reject(error);
  }
}

export function groupCommit<Item, Result>(
  options: GroupCommitOptions<Item, Result>,
): GroupCommit<Item, Result> {
  const queue: Waiting<Item, Result>[] = [];
  const bounds = { maxItems: options.maxItems, maxBytes: options.maxBytes ?? Number.POSITIVE_INFINITY };
  const gatherMs = options.gatherMs ?? 0;
  let free = options.lanes ?? 1;
  let isScheduled = false;
  let lastBatch = 0;

  // A cut connection leaves open whether COMMIT happened. Asking again answers that, since twice is harmless.
  const flushTwice = async (items: readonly Item[]): Promise<readonly Result[]> => {
    try {
      return await options.flush(items);
    } catch (error) {
      if (!isConnectionTrouble(error)) throw error;
      await pause(RETRY_PAUSE_MS);
      return options.flush(items);
    }
  };

  const gather = async (): Promise<void> => {
    if (gatherMs > 0 && lastBatch >= CROWD && queue.length < options.maxItems) await pause(gatherMs);
  };

  const run = async (): Promise<void> => {
    while (queue.length > 0) {
      await gather();
      const batch = takeBatch(queue, bounds);
      lastBatch = batch.length;
      await settle(batch, flushTwice);
    }
    free += 1;
  };

  const start = (): void => {
    isScheduled = false;
    if (free === 0 || queue.length === 0) return;
    free -= 1;
    void run();
  };

  return {
    add: (item) =>
      new Promise((resolve, reject) => {
        if (queue.length >= (options.maxWaiting ?? MAX_WAITING))
          return reject(new Error('Storage cannot keep up: too many writes are waiting'));
        queue.push({ item, bytes: options.sizeOf?.(item) ?? 0, resolve, reject });
        if (isScheduled || free === 0) return;
        isScheduled = true;
        // After this turn of the event loop, so that what other sockets brought in it comes along.
        setImmediate(start);
      }),
  };
}
