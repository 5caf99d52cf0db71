import { setTimeout as wait } from 'node:timers/promises';
import type { TakeDue, TakenRows } from '../postgres/upkeep/due-rows.ts';
import { openDueTimer } from './due-timer.ts';
import type { JobsInFlight } from './jobs-in-flight.ts';

/** Looks at the rows of a queue and takes those that are due, at their time and at regular intervals. */
export type RowLooks = {
  /** Rows are due. */
  want(): void;
  /** Rows fall due then. */
  wantAt(at: Date): void;
  /** Jobs were lost: every open row is looked at, not only those that are due. */
  missed(): void;
  /** Looks if that is wanted and few jobs wait. */
  proceed(): void;
  /** Whether lost jobs are still being looked for: they are older than the jobs that arrive now. */
  isBehind(): boolean;
  /** Looks no more, and waits for the look that runs. */
  close(): Promise<void>;
};

export type RowLooksOptions = {
  readonly take: (due: TakeDue) => Promise<TakenRows>;
  readonly jobs: Pick<JobsInFlight, 'add' | 'waiting'>;
  readonly concurrency: number;
  /** Until a row that was taken is due again, in milliseconds. */
  readonly pauseMs: number;
  /** Longest time between two looks, in milliseconds. */
  readonly intervalMs: number;
  readonly onTrouble: (error: unknown) => void;
};

const RETRY_MS = 1_000;
const NEVER = new Date(8.64e15);

export function openRowLooks(options: RowLooksOptions): RowLooks {
  const { take, jobs, concurrency, pauseMs, intervalMs, onTrouble } = options;
  const limit = 2 * concurrency;
  const closing = new AbortController();
  let isWanted = false;
  let looking: Promise<void> | undefined;
  let isMissing = false;
  /** While lost jobs are looked for. It stays the same until all are found: a row that was taken is due after it. */
  let horizon: Date | undefined;
  const timer = openDueTimer(() => want(), intervalMs);

  const found = ({ ids, nextAt }: TakenRows): void => {
    jobs.add(ids);
    timer.set(nextAt ?? NEVER);
    const isFull = ids.length === limit;
    if (!isFull) horizon = undefined;
    isWanted ||= isFull || isMissing;
  };
  const look = async (): Promise<void> => {
    const now = new Date();
    isWanted = false;
    if (isMissing && horizon === undefined) {
      isMissing = false;
      horizon = new Date(now.getTime() + pauseMs);
    }
    try {
      found(await take({ now, horizon: horizon ?? now, limit }));
    } catch (error) {
      onTrouble(error);
      isWanted = true;
      await wait(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const proceed = (): void => {
    if (!isWanted || looking || closing.signal.aborted || jobs.waiting() >= concurrency) return;
    looking = look().finally(() => {
      looking = undefined;
      proceed();
    });
  };
  const want = (): void => {
    isWanted = true;
    proceed();
  };
  return {
    want,
    wantAt: timer.set,
    missed() {
      isMissing = true;
      want();
    },
    proceed,
    isBehind: () => (isMissing || horizon !== undefined) && looking === undefined,
    async close() {
      closing.abort();
      timer.close();
      await looking;
    },
  };
}
