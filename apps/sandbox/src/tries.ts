/** How often a sender has come with the same mail: greylisting and soft bounces live on it. */

export type Tries = {
  /** The number of this try, from 0. */
  count(key: string): number;
};

/** Forgets the oldest: a sandbox may run for months. */
export function openTries(keep = 10_000): Tries {
  const seen = new Map<string, number>();
  return {
    count(key) {
      const nth = seen.get(key) ?? 0;
      seen.delete(key);
      seen.set(key, nth + 1);
      const oldest = seen.keys().next().value;
      if (seen.size > keep && oldest !== undefined) seen.delete(oldest);
      return nth;
    },
  };
}
