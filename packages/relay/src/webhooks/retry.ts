/** When a webhook delivery is attempted again. docs/webhooks.md §3. */
const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

/** Waits after the first attempt, the second and so on. After the last one the delivery is given up. */
const waits = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  12 * hour,
  24 * hour,
];

const JITTER = 0.2;

/** Between 80 and 120 % of the wait. `chance` is from 0 to 1. */
const jittered = (wait: number, chance: number): number =>
  Math.round(wait * (1 - JITTER + 2 * JITTER * chance));

export type FailedAttempt = {
  /** Attempts of this delivery, this one included. */
  readonly tries: number;
  readonly at: Date;
  /** The earliest time that the answer names. */
  readonly retryAfter: Date | undefined;
};

/** `undefined`: the delivery is given up. */
export function retryAt({ tries, at, retryAfter }: FailedAttempt, chance: number): Date | undefined {
  const wait = waits[tries - 1];
  if (wait === undefined) return undefined;
  const next = at.getTime() + jittered(wait, chance);
  return new Date(Math.max(next, retryAfter?.getTime() ?? 0));
}
