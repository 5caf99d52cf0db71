import { LRUCache } from 'lru-cache';

export type LruCacheOptions = {
  /** Beyond this number the least recently used entry is removed. Keys come from clients, so every cache is bounded. */
  readonly maxEntries: number;
  /** How long an entry is valid, in milliseconds; `set` may name another time. Default: until it is removed for space. */
  readonly ttlMs?: number;
  /** Milliseconds of a clock that never goes back and is never 0. */
  readonly now?: () => number;
};

/** The bound is a size with entries of size 1, because `max` would allocate the memory of all entries at once. */
export const lruCache = <Value extends object | string | number>(
  options: LruCacheOptions,
): LRUCache<string, Value> =>
  new LRUCache({
    maxSize: options.maxEntries,
    sizeCalculation: () => 1,
    ttl: options.ttlMs ?? 0,
    // The clock is read at every access: the cached time of the library costs a timer every millisecond.
    ttlResolution: 0,
    perf: { now: options.now ?? (() => performance.now()) },
  });
