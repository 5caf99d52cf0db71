/** Counts the deliveries that a process sends from memory, in total and for each account. */

export type InHandLimits = {
  /** Deliveries at a time. */
  readonly most: number;
  /** Of those, deliveries of one account. */
  readonly perAccount: number;
};

export type InHand = {
  /**
   * Counts up to `wanted` deliveries of the account, as many as the limits allow, and returns how many. When the account is at its limit
   * this waits up to `WAIT_MS` for one of them to end, unless the last such wait was in vain: then its hosts are slow, and its mail
   * is left to the queue.
   */
  take(accountId: string, wanted: number): Promise<number>;
  /** Counts this number of deliveries no more. */
  leave(accountId: string, count: number): void;
};

/** Milliseconds. A quick host ends a transaction within that time, and then the wait costs less than the way through the queue. */
export const WAIT_MS = 250;

type Account = { count: number; isSlow: boolean; readonly waiting: Set<() => void> };

function oneEnds({ waiting }: Account): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, WAIT_MS);
    waiting.add(end);
  });
}

export function countInHand({ most, perAccount }: InHandLimits): InHand {
  const accounts = new Map<string, Account>();
  let total = 0;
  const accountOf = (accountId: string): Account => {
    const account = accounts.get(accountId) ?? { count: 0, isSlow: false, waiting: new Set() };
    accounts.set(accountId, account);
    return account;
  };
  return {
    async take(accountId, wanted) {
      const account = accountOf(accountId);
      if (account.count >= perAccount && !account.isSlow) await oneEnds(account);
      account.isSlow = account.count >= perAccount;
      const taken = Math.max(0, Math.min(wanted, most - total, perAccount - account.count));
      account.count += taken;
      total += taken;
      return taken;
    },
    leave(accountId, count) {
      const account = accountOf(accountId);
      account.count -= count;
      total -= count;
      for (const end of [...account.waiting].slice(0, count)) end();
      if (account.count === 0 && account.waiting.size === 0) accounts.delete(accountId);
    },
  };
}
