/** One clock for all relative times of a page: it ticks while anything shows one. */
import { useSyncExternalStore } from 'react';

const TICK_MS = 10_000;
let now = new Date();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = new Date();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function current(): Date {
  // While nothing ticks, the last value may be old.
  if (timer === undefined && Date.now() - now.getTime() > TICK_MS) now = new Date();
  return now;
}

export const useNow = (): Date => useSyncExternalStore(subscribe, current);
