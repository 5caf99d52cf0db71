/** A fixed window per key, and one per address for keys that are wrong. draft-ietf-httpapi-ratelimit-headers. */

type Window = { count: number; readonly endsAt: number };

export type RateLimit = {
  /** What is left after this hit; `isOver` once the quota is spent. */
  hit(who: string): { readonly left: number; readonly endsAt: Date; readonly isOver: boolean };
  isOver(who: string): Date | undefined;
};

const maximumWindows = 50_000;

export function rateLimit(quota: number, windowMs: number, now: () => Date): RateLimit {
  const windows = new Map<string, Window>();
  const current = (who: string): Window => {
    const time = now().getTime();
    const known = windows.get(who);
    if (known !== undefined && known.endsAt > time) return known;
    windows.delete(who);
    const fresh = { count: 0, endsAt: time + windowMs };
    windows.set(who, fresh);
    const oldest = windows.keys().next().value;
    if (windows.size > maximumWindows && oldest !== undefined) windows.delete(oldest);
    return fresh;
  };
  return {
    hit(who) {
      const window = current(who);
      window.count++;
      return {
        left: Math.max(0, quota - window.count),
        endsAt: new Date(window.endsAt),
        isOver: window.count > quota,
      };
    },
    isOver(who) {
      const window = current(who);
      return window.count >= quota ? new Date(window.endsAt) : undefined;
    },
  };
}
