import { lruCache } from './lru-cache.ts';

/** Remembers what `load` answered, negative answers too. Concurrent callers of one key share one load. */
export type LoadingCache<Value> = {
  get(key: string): Promise<Value>;
  /** Forgets one key, or all keys. An answer that was loaded before is not stored afterwards. */
  forget(key?: string): void;
};

export type LoadingCacheOptions<Value> = {
  readonly load: (key: string) => Promise<Value>;
  /** How long an answer is valid, in milliseconds: from the start of the load, or by the answer from its arrival. 0: not stored. */
  readonly ttlMs: number | ((value: Value) => number);
  readonly maxEntries?: number;
  /** Milliseconds of a clock that never goes back and is never 0. */
  readonly now?: () => number;
};

/** For answers of some hundred bytes. */
const DEFAULT_MAX_ENTRIES = 20_000;

export function openLoadingCache<Value>(options: LoadingCacheOptions<Value>): LoadingCache<Value> {
  const { maxEntries = DEFAULT_MAX_ENTRIES, now, ttlMs } = options;
  const answers = lruCache<Promise<Value>>({ maxEntries, ...(now && { now }) });

  const keepFor = (key: string, answer: Promise<Value>, ttl: number): void => {
    if (answers.peek(key) !== answer) return;
    if (ttl > 0) answers.set(key, answer, { ttl });
    else answers.delete(key);
  };

  const load = (key: string): Promise<Value> => {
    const answer = options.load(key);
    answers.set(key, answer, { ttl: typeof ttlMs === 'number' ? ttlMs : 0 });
    answer.then(
      (value) => {
        if (typeof ttlMs === 'function') keepFor(key, answer, ttlMs(value));
        else if (ttlMs === 0) keepFor(key, answer, 0);
      },
      // The callers see the failure. The next call loads again.
      () => keepFor(key, answer, 0),
    );
    return answer;
  };

  return {
    get: (key) => answers.get(key) ?? load(key),
    forget(key) {
      if (key === undefined) answers.clear();
      else answers.delete(key);
    },
  };
}
