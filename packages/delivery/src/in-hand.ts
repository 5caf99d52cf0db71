/** Counts the deliveries that a process makes attempts of from memory, in total and for each account. */

export type InHandLimits = {
  /** Deliveries at a time. */
  readonly most: number;
  /** Of those, deliveries of one account. */
  readonly perAccount: number;
};

export type InHand = {
  /**
   * How many more deliveries of this account may come. When the account is at its limit this waits up to `WAIT_MS` for one of them to
   * end, unless the last such wait was in vain: then its hosts are slow, and its mail is left to the queue.
   * Nothing is reserved: callers at the same time get the same answer, so the limits may be exceeded by what they bring.
   */
  free(accountId: string): Promise<number>;
  /** Counts a delivery until `leave` is called. */
  enter(accountId: string): { leave(): void };
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
  const freeOf = ({ count }: Account): number => Math.max(0, Math.min(most - total, perAccount - count));
  return {
    async free(accountId) {
      const account = accountOf(accountId);
      if (account.count >= perAccount && !account.isSlow) await oneEnds(account);
      account.isSlow = account.count >= perAccount;
      return freeOf(account);
    },
    enter(accountId) {
      const account = accountOf(accountId);
      account.count += 1;
      total += 1;
      return {
        leave() {
          account.count -= 1;
          total -= 1;
          const [first] = account.waiting;
          first?.();
          if (account.count === 0 && account.waiting.size === 0) accounts.delete(accountId);
        },
      };
    },
  };
}
