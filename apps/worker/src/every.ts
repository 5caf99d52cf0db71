import { setTimeout as wait } from 'node:timers/promises';

export type Repeating = { close(): Promise<void> };

/**
 * Runs at once, then again each time after a pause; never twice at a time. The work handles its own failures. Long work
 * looks at the signal, so that closing need not wait for all of it.
 */
export function every(pauseMs: number, work: (signal: AbortSignal) => Promise<void>): Repeating {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await work(closing.signal);
      await wait(pauseMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
