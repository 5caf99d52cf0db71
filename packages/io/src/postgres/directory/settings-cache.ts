/**
 * A cache of answers, the negative ones too, each for a short time. Forgetting replaces the map, so that an answer
 * that was asked for before a change and comes after it is never kept.
 */
export type SettingsCache<Value> = {
  get(key: string): Promise<Value>;
  /** One key, or all of them. */
  forget(key?: string): void;
};

/** Of small answers. */
const MAX_ENTRIES = 20_000;

type Entry<Value> = { readonly answer: Promise<Value>; readonly expiresAt: number };

export function settingsCache<Value>(options: {
  readonly load: (key: string) => Promise<Value>;
  readonly ttlMs: number;
  /** Where an answer may be large, fewer are kept. */
  readonly maxEntries?: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}): SettingsCache<Value> {
  let entries = new Map<string, Entry<Value>>();

  const ask = (key: string): Promise<Value> => {
    const into = entries;
    const entry = { answer: options.load(key), expiresAt: options.now() + options.ttlMs };
    // A failure is told to whoever waits, and not remembered.
    entry.answer.catch(() => into.get(key) === entry && into.delete(key));
    into.set(key, entry);
    // Keys come from strangers (user names, From addresses): the oldest go first.
    if (into.size > (options.maxEntries ?? MAX_ENTRIES)) into.delete(into.keys().next().value ?? key);
    return entry.answer;
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry && entry.expiresAt > options.now()) return entry.answer;
      entries.delete(key);
      return ask(key);
    },
    forget(key) {
      if (key === undefined) entries = new Map();
      else entries.delete(key);
    },
  };
}
