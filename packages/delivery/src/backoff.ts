/**
 * How long a delivery is put back for that found no session of its host or account free, in milliseconds. As long as it has waited
 * already, so that what meets a full host for a moment comes back at once, and what waits behind a slow one asks ever more rarely;
 * `mostMs` at the most. Spread up to twice that, so that what waits does not come back all at once.
 */
export function busyPauseMs(waitedMs: number, mostMs: number, random: number): number {
  return Math.min(Math.max(waitedMs, mostMs / 10), mostMs) * (1 + random);
}
