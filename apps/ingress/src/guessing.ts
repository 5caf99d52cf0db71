import { holderOf } from './address-holder.ts';

/**
 * What guessing passwords costs. Failures are counted in sliding windows, per address, per user name from an address, and
 * per user name; an address that lately logged in as that user is never locked out by what others try. RFC 4954 §9.
 */
export type Attempt = { readonly ip: string; readonly username: string; readonly at: Date };

/** What is locked: the user name, everywhere or from the address, or else the address for every name. */
export type Lock = { readonly until: Date; readonly of: 'user' | 'address' };

export type Guessing = {
  /** Until when the attempt has to wait; `undefined`: it may be made now. */
  lockOf(attempt: Attempt): Lock | undefined;
  /** Counts a failure and says how long its answer has to wait. */
  failed(attempt: Attempt): number;
  succeeded(attempt: Attempt): void;
};

export type GuessingLimits = {
  readonly windowMs: number;
  readonly perAddress: number;
  readonly perUserAndAddress: number;
  readonly perUser: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
};

const minute = 60_000;
export const guessingLimits: GuessingLimits = {
  windowMs: 15 * minute,
  perAddress: 50,
  perUserAndAddress: 10,
  perUser: 200,
  firstDelayMs: 250,
  maxDelayMs: 8_000,
};

// Memory that strangers can fill is bounded: the longest untouched entries go first.
const MAX_KEYS = 20_000;

type Window = { count: number; until: number };

function slidingWindows(windowMs: number) {
  const windows = new Map<string, Window>();
  const current = (key: string, now: number): Window | undefined => {
    const window = windows.get(key);
    return window && window.until > now ? window : undefined;
  };
  return {
    add(key: string, now: number): number {
      const count = (current(key, now)?.count ?? 0) + 1;
      windows.delete(key);
      windows.set(key, { count, until: now + windowMs });
      const [oldest] = windows.keys();
      if (windows.size > MAX_KEYS && oldest !== undefined) windows.delete(oldest);
      return count;
    },
    current,
    clear: (key: string) => windows.delete(key),
  };
}

const pairKey = ({ ip, username }: Attempt): string => `${holderOf(ip)} ${username}`;

/** Of this process alone: with several, each allows as many. */
export function guessing(limits: GuessingLimits): Guessing {
  const addresses = slidingWindows(limits.windowMs);
  const users = slidingWindows(limits.windowMs);
  const pairs = slidingWindows(limits.windowMs);
  const known = slidingWindows(limits.windowMs * 100);
  const full = (window: Window | undefined, limit: number): number =>
    window !== undefined && window.count >= limit ? window.until : 0;

  return {
    lockOf(attempt) {
      const now = attempt.at.getTime();
      const pair = full(pairs.current(pairKey(attempt), now), limits.perUserAndAddress);
      const isKnown = known.current(pairKey(attempt), now) !== undefined;
      const user = isKnown ? 0 : full(users.current(attempt.username, now), limits.perUser);
      const address = isKnown ? 0 : full(addresses.current(holderOf(attempt.ip), now), limits.perAddress);
      const until = Math.max(pair, user, address);
      if (until === 0) return undefined;
      return { until: new Date(until), of: Math.max(pair, user) > 0 ? 'user' : 'address' };
    },
    failed(attempt) {
      const now = attempt.at.getTime();
      addresses.add(holderOf(attempt.ip), now);
      users.add(attempt.username, now);
      const count = pairs.add(pairKey(attempt), now);
      return Math.min(limits.firstDelayMs * 2 ** (count - 1), limits.maxDelayMs);
    },
    succeeded(attempt) {
      pairs.clear(pairKey(attempt));
      known.add(pairKey(attempt), attempt.at.getTime());
    },
  };
}
