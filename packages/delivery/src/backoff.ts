/**
 * The pause in milliseconds of a delivery that got no permit. It is as long as the delivery has waited already, at least a tenth of `mostMs`
 * and at most `mostMs`: a delivery at a destination that is full for a moment comes back soon, one behind slow hosts asks ever more rarely.
 * `random` (0 to 1) makes it up to twice as long, so that deliveries do not come back all at once.
 */
export function backoffMs(waitedMs: number, mostMs: number, random: number): number {
  return Math.min(Math.max(waitedMs, mostMs / 10), mostMs) * (1 + random);
}
