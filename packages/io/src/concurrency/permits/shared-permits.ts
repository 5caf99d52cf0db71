/**
 * Permits that all processes of the installation share. Each process borrows permits of a key from the store in small blocks, so that a
 * key in use costs no round trip: `take` is immediate while borrowed permits are free. Otherwise one claim for all keys borrows more.
 *
 * While anything is borrowed, a claim every second renews what is in use, gives back what was not used for some seconds, and learns
 * which keys other processes want. With nothing borrowed nothing runs. The permits of a dead process expire after 15 s.
 *
 * While the store is away, a process keeps what it has borrowed until that expires. Then it may use a quarter of each limit, because
 * stopping all mail would be worse than exceeding a limit with more than four processes.
 */
import { randomUUID } from 'node:crypto';
import type { Permit, PermitRequest, Permits } from '@waybill/relay/delivery/permits';
import type { Log } from '../../log/log.ts';
import {
  applyGrant,
  type BorrowedPermits,
  canGrow,
  canUse,
  claimOf,
  endUse,
  isUnused,
  mustClaim,
  noPermits,
  refillWhileAway,
  startPeriod,
  surplusOf,
  use,
} from './borrowed-permits.ts';
import type { PermitStore } from './permit-store.ts';

export type SharedPermits = Permits & {
  /** Ends all waiting and gives all permits back. */
  close(): Promise<void>;
};

export type SharedPermitsOptions = {
  readonly store: PermitStore;
  readonly log: Pick<Log, 'warn' | 'info'>;
  /** Milliseconds of a clock that never goes back. */
  readonly now?: () => number;
};

const HEARTBEAT_MS = 1_000;
/** Between two claims while a caller waits for permits that other processes hold. */
const RETRY_MS = 100;
const PERIOD_MS = 3_000;
const STORE_TIMEOUT_MS = 1_500;

type Waiter = {
  readonly requests: readonly PermitRequest[];
  /** The store has answered since this caller came, so a refusal is true. */
  isAnswered: boolean;
  isLate: boolean;
  readonly end: (permit: Permit | undefined) => void;
};

function withinTime<T>(work: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error('No answer in time')), STORE_TIMEOUT_MS);
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer));
}

class BorrowingPermits implements SharedPermits {
  readonly #store: PermitStore;
  readonly #log: SharedPermitsOptions['log'];
  readonly #now: () => number;
  readonly #holder = randomUUID();
  readonly #keys = new Map<string, BorrowedPermits>();
  readonly #waiters = new Set<Waiter>();
  readonly #handlers: ((key: string, count: number) => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #claiming: Promise<void> | undefined;
  #heartbeatAt = 0;
  #periodStart = 0;
  #isStoreAway = false;
  #isClosed = false;

  constructor({ store, log, now }: SharedPermitsOptions) {
    this.#store = store;
    this.#log = log;
    this.#now = now ?? (() => performance.now());
  }

  async take(requests: readonly PermitRequest[], waitMs: number): Promise<Permit | undefined> {
    if (this.#isClosed) return undefined;
    const isQueued = requests.some(({ key }) => (this.#keys.get(key)?.waiting ?? 0) > 0);
    const permit = isQueued ? undefined : this.#tryTake(requests);
    return permit ?? this.#wait(requests, waitMs);
  }

  onWanted(handler: (key: string, count: number) => void): void {
    this.#handlers.push(handler);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters) waiter.end(undefined);
    await this.#claiming;
    const claims = [...this.#keys.values()].map((permits) => ({
      ...claimOf(permits, this.#now()),
      hold: 0,
      isWaiting: false,
      tokens: 0,
    }));
    // A store that is away removes them after their lifetime.
    if (claims.length > 0) await withinTime(this.#store.claim(this.#holder, claims)).catch(() => undefined);
    await this.#store.close();
  }

  #permitsOf({ key, limit, perSecond }: PermitRequest): BorrowedPermits {
    const permits = this.#keys.get(key) ?? noPermits(key);
    this.#keys.set(key, permits);
    permits.limit = limit;
    permits.perSecond = perSecond;
    return permits;
  }

  #tryTake(requests: readonly PermitRequest[]): Permit | undefined {
    const taken = requests.map((request) => this.#permitsOf(request));
    const now = this.#now();
    if (!taken.every((permits) => canUse(permits, now, this.#isStoreAway))) return undefined;
    for (const permits of taken) use(permits);
    let isReleased = false;
    return {
      release: () => {
        if (isReleased) return;
        isReleased = true;
        this.#release(taken);
      },
    };
  }

  #release(taken: readonly BorrowedPermits[]): void {
    const returned = taken.filter(endUse);
    this.#serve();
    if (returned.length > 0) this.#claimIn(0);
  }

  #wait(requests: readonly PermitRequest[], waitMs: number): Promise<Permit | undefined> {
    return new Promise((resolve) => {
      const waitedFor = requests.map((request) => this.#permitsOf(request));
      for (const permits of waitedFor) permits.waiting += 1;
      const waiter: Waiter = {
        requests,
        isAnswered: this.#isStoreAway || !waitedFor.some(canGrow),
        isLate: false,
        end: (permit) => {
          clearTimeout(late);
          this.#waiters.delete(waiter);
          for (const permits of waitedFor) permits.waiting -= 1;
          resolve(permit);
        },
      };
      const late = setTimeout(() => {
        waiter.isLate = true;
        if (waiter.isAnswered) waiter.end(undefined);
      }, waitMs);
      this.#waiters.add(waiter);
      if (!waiter.isAnswered || this.#isStoreAway) this.#claimIn(this.#isStoreAway ? HEARTBEAT_MS : 0);
    });
  }

  /** Gives free permits to the callers that wait, in the order of arrival. */
  #serve(): void {
    for (const waiter of this.#waiters) {
      const permit = this.#tryTake(waiter.requests);
      if (permit || (waiter.isLate && waiter.isAnswered)) waiter.end(permit);
    }
  }

  /** All keys once a second; in between only those for which the store must act. */
  #keysToClaim(): readonly BorrowedPermits[] {
    const all = [...this.#keys.values()];
    const now = this.#now();
    if (now - this.#heartbeatAt < HEARTBEAT_MS) return all.filter(mustClaim);
    this.#heartbeatAt = now;
    if (now - this.#periodStart >= PERIOD_MS) {
      this.#periodStart = now;
      for (const permits of all) startPeriod(permits);
    }
    return all;
  }

  async #claimFrom(claimed: readonly BorrowedPermits[]): Promise<void> {
    const sentAt = this.#now();
    const claims = claimed.map((permits) => claimOf(permits, sentAt));
    try {
      const grants = await withinTime(this.#store.claim(this.#holder, claims));
      for (const [index, permits] of claimed.entries()) applyGrant(permits, grants[index], sentAt);
      if (this.#isStoreAway) this.#log.info({}, 'permit store answers again');
      this.#isStoreAway = false;
    } catch (err) {
      if (!this.#isStoreAway) this.#log.warn({ err }, 'permit store is away');
      this.#isStoreAway = true;
      for (const permits of claimed) refillWhileAway(permits, this.#now());
    }
  }

  #reportSurplus(key: string, count: number): void {
    if (count > 0) for (const handler of this.#handlers) handler(key, count);
  }

  async #claim(): Promise<void> {
    const covered = [...this.#waiters];
    const claimed = this.#keysToClaim();
    if (claimed.length > 0) await this.#claimFrom(claimed);
    for (const waiter of covered) waiter.isAnswered = true;
    for (const permits of claimed) this.#reportSurplus(permits.key, surplusOf(permits));
    this.#serve();
    for (const permits of this.#keys.values()) if (isUnused(permits)) this.#keys.delete(permits.key);
  }

  #nextClaimMs(): number | undefined {
    if (this.#keys.size === 0) return undefined;
    if (this.#isStoreAway) return HEARTBEAT_MS;
    if ([...this.#waiters].some(({ isAnswered }) => !isAnswered)) return 0;
    return [...this.#keys.values()].some(mustClaim) ? RETRY_MS : HEARTBEAT_MS;
  }

  #claimIn(delayMs: number): void {
    if (this.#isClosed || this.#claiming || this.#timerAt <= this.#now() + delayMs) return;
    clearTimeout(this.#timer);
    this.#timerAt = this.#now() + delayMs;
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#claiming = this.#claim().finally(() => {
        this.#claiming = undefined;
        const nextMs = this.#nextClaimMs();
        if (nextMs !== undefined) this.#claimIn(nextMs);
      });
    }, delayMs);
  }
}

export const openSharedPermits = (options: SharedPermitsOptions): SharedPermits =>
  new BorrowingPermits(options);
