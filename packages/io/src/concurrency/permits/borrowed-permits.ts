/**
 * The permits of one key that this process has borrowed from the store. Permits in use never exceed the borrowed ones, except after
 * the store was away and another process took them. Times are milliseconds of one clock that never goes back.
 */
import type { PermitClaim, PermitGrant } from './permit-store.ts';

/** Permits that are borrowed beyond the need, so that the next messages find one: an eighth of the limit, at most this number. */
const MAX_SPARE = 4;
/** The part of a limit that a process may use while the store is away and what it had borrowed has expired. */
const AWAY_PART = 4;
const SECOND_MS = 1_000;

export type BorrowedPermits = {
  readonly key: string;
  limit: number;
  perSecond: number | undefined;
  used: number;
  held: number;
  expiresAt: number;
  /** Callers of this process that wait for this key. */
  waiting: number;
  /** Most permits in use in the current period, and in the one before. */
  peak: number;
  previousPeak: number;
  isWanted: boolean;
  sharers: number;
  /** Permits given back to the store for another process since the last claim. */
  returned: number;
  tokens: number;
  tokensExpireAt: number;
};

export const noPermits = (key: string): BorrowedPermits => ({
  key,
  limit: 0,
  perSecond: undefined,
  used: 0,
  held: 0,
  expiresAt: 0,
  waiting: 0,
  peak: 0,
  previousPeak: 0,
  isWanted: false,
  sharers: 1,
  returned: 0,
  tokens: 0,
  tokensExpireAt: 0,
});

const partWhileAway = (limit: number): number => Math.ceil(limit / AWAY_PART);

const capacityOf = (permits: BorrowedPermits, now: number, isStoreAway: boolean): number => {
  if (now < permits.expiresAt) return permits.held;
  return isStoreAway ? partWhileAway(permits.limit) : 0;
};

const hasToken = ({ perSecond, tokens, tokensExpireAt }: BorrowedPermits, now: number): boolean =>
  perSecond === undefined || (tokens > 0 && now < tokensExpireAt);

export const canUse = (permits: BorrowedPermits, now: number, isStoreAway: boolean): boolean =>
  permits.used < Math.min(permits.limit, capacityOf(permits, now, isStoreAway)) && hasToken(permits, now);

export function use(permits: BorrowedPermits): void {
  permits.used += 1;
  permits.tokens -= 1;
  permits.peak = Math.max(permits.peak, permits.used);
}

/** What is this process's when it shares the key with all that hold or want it. */
const partOf = ({ limit, sharers }: BorrowedPermits): number => Math.floor(limit / sharers);

/** Permits in use beyond this process's part while another process wants the key. */
export const surplusOf = (permits: BorrowedPermits): number =>
  permits.isWanted ? Math.max(0, permits.used - partOf(permits)) : 0;

/**
 * Ends one use. While another process wants the key, a permit beyond this process's part goes back to the store, so that processes
 * take turns. `true`: something went back, and the store must learn of it soon.
 */
export function endUse(permits: BorrowedPermits): boolean {
  permits.used -= 1;
  if (!permits.isWanted || permits.held <= partOf(permits)) return false;
  permits.held -= 1;
  permits.returned += 1;
  return true;
}

const needOf = ({ used, waiting }: BorrowedPermits): number => used + waiting;

function holdOf(permits: BorrowedPermits): number {
  const { used, held, limit, returned, sharers } = permits;
  const need = needOf(permits);
  // What has just gone back is for the other process: this one asks again with the next claim.
  if (returned > 0) return Math.min(held, Math.max(used, need));
  if (permits.isWanted) return Math.min(need, Math.ceil(limit / sharers));
  if (need > held) return need + Math.min(MAX_SPARE, Math.floor(limit / 8));
  return Math.max(permits.peak, permits.previousPeak);
}

function tokensWanted({ perSecond, tokens, tokensExpireAt, waiting }: BorrowedPermits, now: number): number {
  if (perSecond === undefined || waiting === 0) return 0;
  const left = now < tokensExpireAt ? tokens : 0;
  return Math.max(0, waiting + Math.floor(perSecond / 8) - left);
}

/** What to ask of the store now. What it gives back is not used from this moment on. */
export function claimOf(permits: BorrowedPermits, now: number): PermitClaim {
  const { key, limit, perSecond, used } = permits;
  const hold = Math.max(used, Math.min(limit, holdOf(permits)));
  permits.held = Math.min(permits.held, hold);
  permits.returned = 0;
  return {
    key,
    limit,
    hold,
    isWaiting: needOf(permits) > hold,
    perSecond,
    tokens: tokensWanted(permits, now),
  };
}

export function applyGrant(permits: BorrowedPermits, grant: PermitGrant | undefined, sentAt: number): void {
  if (grant === undefined) throw new Error('The store did not answer for every key');
  permits.held = Math.max(0, grant.held - permits.returned);
  permits.expiresAt = sentAt + grant.expiresInMs;
  permits.isWanted = grant.isWanted;
  permits.sharers = grant.sharers;
  if (grant.tokens === 0) return;
  permits.tokens = (sentAt < permits.tokensExpireAt ? permits.tokens : 0) + grant.tokens;
  permits.tokensExpireAt = sentAt + grant.tokensExpireInMs;
}

/** While the store is away, this process counts a part of `perSecond` by itself. */
export function refillWhileAway(permits: BorrowedPermits, now: number): void {
  if (permits.perSecond === undefined || now < permits.tokensExpireAt) return;
  permits.tokens = partWhileAway(permits.perSecond);
  permits.tokensExpireAt = now + SECOND_MS;
}

/** The permits that were in use in the period before the last one only are given back with the next claim. */
export function startPeriod(permits: BorrowedPermits): void {
  permits.previousPeak = permits.peak;
  permits.peak = permits.used;
}

export const isUnused = ({ used, held, waiting, returned }: BorrowedPermits): boolean =>
  used === 0 && held === 0 && waiting === 0 && returned === 0;

/** The store can give more. Otherwise all permits of the key are in this process. */
export const canGrow = ({ held, limit, perSecond }: BorrowedPermits): boolean =>
  held < limit || perSecond !== undefined;

export const mustClaim = (permits: BorrowedPermits): boolean =>
  permits.returned > 0 || (permits.waiting > 0 && canGrow(permits));
