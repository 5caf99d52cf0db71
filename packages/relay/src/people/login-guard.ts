/**
 * Slows down guessing at the dashboard login without locking others out (ADR 37). Failures count for an address from one client,
 * for one client over all addresses, and for an address over all clients. A browser that has logged in as the user carries a
 * proof of it, and has a counter of its own: the failures of others do not concern it.
 */
import { holderOf } from '../domains/address-holder.ts';
import { Refusal } from '../refusal.ts';

type Counter = {
  consume(key: string): Promise<{ readonly isOver: boolean; readonly endsInMs: number }>;
  count(key: string): Promise<number>;
  reset(key: string): Promise<void>;
};

export type Counters = {
  limiter(options: { readonly name: string; readonly limit: number; readonly windowMs: number }): Counter;
};

export type LoginTry = {
  /** `foldedAddress`. */
  readonly email: string;
  readonly ip: string;
  /** Of a browser that logged in as this user before. */
  readonly browser: string | undefined;
};

export type LoginGuard = {
  /** Throws while the attempt is locked out. Counts it, so that concurrent attempts cannot pass a limit. */
  admit(attempt: LoginTry): Promise<void>;
  failed(attempt: LoginTry): Promise<void>;
  succeeded(attempt: LoginTry): Promise<void>;
};

const minute = 60_000;
const WINDOW_MS = 15 * minute;
const PER_PAIR = 10;
const PER_CLIENT = 100;
/** Over all clients in an hour: a code of six digits withstands this for years. */
const PER_ADDRESS = 50;

export function openLoginGuard(counters: Counters, now: () => Date): LoginGuard {
  const pairs = counters.limiter({ name: 'login-pair', limit: PER_PAIR, windowMs: WINDOW_MS });
  const clients = counters.limiter({ name: 'login-client', limit: PER_CLIENT, windowMs: WINDOW_MS });
  const addresses = counters.limiter({ name: 'login-address', limit: PER_ADDRESS, windowMs: 4 * WINDOW_MS });
  const clientOf = ({ ip }: LoginTry): string => holderOf(ip);
  const pairOf = (attempt: LoginTry): string => attempt.browser ?? `${attempt.email} ${clientOf(attempt)}`;
  const locked = (ms: number): Refusal =>
    new Refusal('too_many_failures', { retryAt: new Date(now().getTime() + ms) });
  return {
    async admit(attempt) {
      const { isOver, endsInMs } = await pairs.consume(pairOf(attempt));
      if (isOver) throw locked(endsInMs);
      if (attempt.browser !== undefined) return;
      const [ofClient, ofAddress] = await Promise.all([
        clients.count(clientOf(attempt)),
        addresses.count(attempt.email),
      ]);
      if (ofClient >= PER_CLIENT || ofAddress >= PER_ADDRESS) throw locked(WINDOW_MS);
    },
    async failed(attempt) {
      if (attempt.browser !== undefined) return;
      await Promise.all([clients.consume(clientOf(attempt)), addresses.consume(attempt.email)]);
    },
    succeeded: (attempt) => pairs.reset(pairOf(attempt)),
  };
}
