/**
 * A limit in fixed windows over all processes, for requests of a key and for wrong keys of an address. draft-ietf-httpapi-ratelimit-headers.
 * Every process begins its windows at the same times, multiples of `windowMs` since 1970. A process counts its own hits in memory and
 * reports them in blocks of a fortieth of the quota, without waiting. So an ordinary request costs no round trip, and the processes
 * together exceed the quota by at most a fortieth for each process.
 */
import { lruCache } from '@waybill/io/cache/lru-cache';
import type { Consumed, RateLimits } from '@waybill/io/rate-limit/rate-limiter';

type Window = {
  readonly endsAt: number;
  /** Hits in this process, and how many of them the store knows. */
  own: number;
  reported: number;
  /** Hits in other processes, as far as the store has told. */
  others: number;
  isReporting: boolean;
};

export type RateLimit = {
  /** What is left after this hit; `isOver` once the quota is spent. */
  hit(key: string): { readonly left: number; readonly endsAt: Date; readonly isOver: boolean };
  /** When the window ends, if the quota is spent. */
  isOver(key: string): Date | undefined;
};

export type RateLimitOptions = {
  readonly name: string;
  readonly quota: number;
  readonly windowMs: number;
  readonly now: () => Date;
};

const MAX_WINDOWS = 50_000;
const BLOCKS_PER_QUOTA = 40;

const countOf = ({ own, others }: Window): number => own + others;

/** Reports what the store does not know, until less than a block is left. */
async function report(
  window: Window,
  block: number,
  consume: (points: number) => Promise<Consumed>,
): Promise<void> {
  if (window.isReporting) return;
  window.isReporting = true;
  try {
    for (let points = window.own - window.reported; points >= block; points = window.own - window.reported) {
      window.reported += points;
      const { count } = await consume(points);
      window.others = Math.max(window.others, count - window.reported);
    }
  } finally {
    window.isReporting = false;
  }
}

export function rateLimit(
  { name, quota, windowMs, now }: RateLimitOptions,
  rateLimits: RateLimits,
): RateLimit {
  const limiter = rateLimits.limiter({ name, limit: quota, windowMs });
  const windows = lruCache<Window>({ maxEntries: MAX_WINDOWS });
  const block = Math.max(1, Math.floor(quota / BLOCKS_PER_QUOTA));
  const current = (key: string): Window => {
    const endsAt = (Math.floor(now().getTime() / windowMs) + 1) * windowMs;
    const known = windows.get(key);
    if (known?.endsAt === endsAt) return known;
    const fresh: Window = { endsAt, own: 0, reported: 0, others: 0, isReporting: false };
    windows.set(key, fresh);
    return fresh;
  };
  return {
    hit(key) {
      const window = current(key);
      window.own += 1;
      // Not awaited. If a report fails, this process still counts its own hits.
      report(window, block, (points) => limiter.consume(`${key} ${window.endsAt}`, points)).catch(
        () => undefined,
      );
      return {
        left: Math.max(0, quota - countOf(window)),
        endsAt: new Date(window.endsAt),
        isOver: countOf(window) > quota,
      };
    },
    isOver(key) {
      const window = current(key);
      return countOf(window) >= quota ? new Date(window.endsAt) : undefined;
    },
  };
}
