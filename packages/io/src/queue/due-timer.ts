/** One timer for the earliest of many times. */
export type DueTimer = {
  /** Fires at the earliest time that was set since it last fired. */
  set(at: Date): void;
  close(): void;
};

/** A timer may fire a millisecond before its time. */
export const TIMER_EARLY_MS = 2;
/** Rows that fall due within this time are taken together. */
const MIN_WAIT_MS = 100;

/** `maxWaitMs`: it fires no later than this after a time was set, whichever that is. */
export function openDueTimer(fire: () => void, maxWaitMs: number): DueTimer {
  let next = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const run = (): void => {
    next = Number.POSITIVE_INFINITY;
    fire();
  };
  return {
    set(at) {
      if (at.getTime() >= next) return;
      next = at.getTime();
      clearTimeout(timer);
      timer = setTimeout(run, Math.min(Math.max(next - Date.now() + TIMER_EARLY_MS, MIN_WAIT_MS), maxWaitMs));
    },
    close: () => clearTimeout(timer),
  };
}
