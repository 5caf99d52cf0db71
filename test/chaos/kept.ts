/** What a fault leaves to be reckoned with, and the reckoning. */
import type { Book } from './load.ts';

export type Reckoning = {
  readonly accepted: number;
  /** 250 without arrival, and not reported as `unknown` to an account that prefers no duplicate. */
  readonly lost: readonly string[];
  /** Arrivals beyond one. */
  readonly duplicates: number;
  /** Arrived twice without an attempt reported `unknown`, or for an account that prefers no duplicate: there must be none. */
  readonly unexplained: readonly string[];
  /** Reported as `unknown`, and standing still. */
  readonly unknown: number;
  readonly drainMs: number;
};

export type Stop = { readonly book: Book; stop(): Promise<void> };

export type Kept = {
  readonly load: Stop;
  /** What the ids of this load begin with. */
  readonly name: string;
  readonly drainSeconds?: number;
  /** What this fault must satisfy besides. */
  readonly also?: (result: Reckoning) => void;
};
