import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@waybill/io/log/log';

export type Repeating = { close(): Promise<void> };

type Work = (signal: AbortSignal) => Promise<void>;

/**
 * Runs at once, then again each time after a pause; never twice at a time. A failure is logged: PostgreSQL may be away, and the next round
 * comes. Long work looks at the signal, so that closing need not wait for all of it.
 */
export function every(pauseMs: number, work: Work, log: Pick<Log, 'error'>): Repeating {
  const closing = new AbortController();
  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await work(closing.signal).catch((err: unknown) => log.error({ err }, 'not done this time'));
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
