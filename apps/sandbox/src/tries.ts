/** Counts the attempts for the same message. Greylisting and soft bounces need the number. */

export type Tries = {
  /** The number of this attempt, from 0. */
  count(key: string): number;
};

/** Keeps at most `keep` counts and deletes the oldest, because a sandbox may run for months. */
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
