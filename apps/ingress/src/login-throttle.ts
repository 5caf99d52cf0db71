/**
 * Slows down and locks out clients that guess passwords. RFC 4954 §9. Failed logins are counted over all processes: per address, per user
 * name from an address, and per user name. An address that lately logged in as a user is not locked out by the failures of others.
 *
 * Only a failed login asks the store. A process learns of a lock that another one set with its own first failure of that key.
 */
import { lruCache } from '@waybill/io/cache/lru-cache';
import type { RateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { holderOf } from '@waybill/relay/domains/address-holder';

export type LoginAttempt = { readonly ip: string; readonly username: string; readonly at: Date };

/** What is locked: the user name, everywhere or from the address, or else the address for every name. */
export type Lock = { readonly until: Date; readonly of: 'user' | 'address' };

export type LoginThrottle = {
  /** The lock under which the attempt stands; `undefined`: it may be made now. */
  lockOf(attempt: LoginAttempt): Promise<Lock | undefined>;
  /** Counts a failure. Returns how long its reply must be delayed, in milliseconds. */
  failed(attempt: LoginAttempt): Promise<number>;
  succeeded(attempt: LoginAttempt): void;
};

export type LoginThrottleLimits = {
  /** Failures count for this time from the first one. A lock lasts as long from the failure that reached a limit. */
  readonly windowMs: number;
  readonly perAddress: number;
  readonly perUserAndAddress: number;
  readonly perUser: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
};

const minute = 60_000;
export const loginThrottleLimits: LoginThrottleLimits = {
  windowMs: 15 * minute,
  perAddress: 50,
  perUserAndAddress: 10,
  perUser: 200,
  firstDelayMs: 250,
  maxDelayMs: 8_000,
};

const MAX_KEYS = 20_000;
/** A successful login is reported to the other processes at most this often. */
const REPORT_MS = 60 * minute;

const pairKey = ({ ip, username }: LoginAttempt): string => `${holderOf(ip)} ${username}`;

type FailureCounter = {
  /** When the lock of the key ends, in milliseconds since 1970; 0: there is none. */
  lockedUntil(key: string, now: number): number;
  /** Counts a failure and returns the number of failures in the window. */
  add(key: string, now: number): Promise<number>;
  clear(key: string): void;
};

function failureCounter(
  rateLimits: RateLimits,
  name: string,
  { most, windowMs }: { readonly most: number; readonly windowMs: number },
): FailureCounter {
  const limiter = rateLimits.limiter({ name, limit: most - 1, windowMs, blockMs: windowMs });
  const locks = lruCache<number>({ maxEntries: MAX_KEYS });
  const failing = lruCache<number>({ maxEntries: MAX_KEYS });
  return {
    lockedUntil(key, now) {
      const until = locks.get(key) ?? 0;
      return until > now ? until : 0;
    },
    async add(key, now) {
      const { count, isOver, endsInMs } = await limiter.consume(key);
      failing.set(key, count);
      if (isOver) locks.set(key, now + endsInMs);
      return count;
    },
    clear(key) {
      // A login without failures before it costs the store nothing.
      if (!failing.delete(key)) return;
      locks.delete(key);
      limiter.reset(key).catch(() => undefined);
    },
  };
}

/** The pairs of user and address that lately logged in, over all processes. */
function lateLogins(rateLimits: RateLimits, windowMs: number) {
  const limiter = rateLimits.limiter({ name: 'login-known', limit: 1, windowMs });
  const reportedAt = lruCache<number>({ maxEntries: MAX_KEYS });
  return {
    note(key: string, now: number): void {
      if (now - (reportedAt.get(key) ?? 0) < REPORT_MS) return;
      reportedAt.set(key, now);
      limiter.mark(key).catch(() => reportedAt.delete(key));
    },
    async has(key: string, now: number): Promise<boolean> {
      if (now - (reportedAt.get(key) ?? 0) < windowMs) return true;
      return (await limiter.count(key)) > 0;
    },
  };
}

export function loginThrottle(limits: LoginThrottleLimits, rateLimits: RateLimits): LoginThrottle {
  const { windowMs } = limits;
  const counter = (name: string, most: number) => failureCounter(rateLimits, name, { most, windowMs });
  const addresses = counter('login-address', limits.perAddress);
  const users = counter('login-user', limits.perUser);
  const pairs = counter('login-pair', limits.perUserAndAddress);
  const known = lateLogins(rateLimits, windowMs * 100);

  return {
    async lockOf(attempt) {
      const now = attempt.at.getTime();
      const pair = pairs.lockedUntil(pairKey(attempt), now);
      const user = users.lockedUntil(attempt.username, now);
      const address = addresses.lockedUntil(holderOf(attempt.ip), now);
      const others = Math.max(user, address);
      // Only a locked attempt is worth a question to the store.
      const isKnown = others > 0 && (await known.has(pairKey(attempt), now));
      const until = Math.max(pair, isKnown ? 0 : others);
      if (until === 0) return undefined;
      return { until: new Date(until), of: Math.max(pair, user) > 0 ? 'user' : 'address' };
    },
    async failed(attempt) {
      const now = attempt.at.getTime();
      const [count] = await Promise.all([
        pairs.add(pairKey(attempt), now),
        users.add(attempt.username, now),
        addresses.add(holderOf(attempt.ip), now),
      ]);
      return Math.min(limits.firstDelayMs * 2 ** (count - 1), limits.maxDelayMs);
    },
    succeeded(attempt) {
      pairs.clear(pairKey(attempt));
      known.note(pairKey(attempt), attempt.at.getTime());
    },
  };
}
