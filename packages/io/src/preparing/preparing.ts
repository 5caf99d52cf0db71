/**
 * Prepares messages in threads (ADR 27), so that the event loop serves connections meanwhile, and a message that exceeds its time or
 * memory ends its thread only (docs/reliability.md F18). Small messages go in batches, a large one has a thread to itself.
 */
import { availableParallelism } from 'node:os';
import type { PreparedAgain, PreparedMessage } from '@waybill/relay/ports';
import type { Installation } from '@waybill/relay/submission/load-facts';
import type { Preparation } from '@waybill/relay/submission/preparation';
import { Piscina } from 'piscina';
import { openBatcher } from '../concurrency/batcher.ts';
import { openSemaphore } from '../concurrency/semaphore.ts';
import {
  type CrossingCopy,
  type CrossingCopyResult,
  type CrossingPreparation,
  type CrossingResult,
  packCopy,
  packPreparation,
  unpackCopyResult,
  unpackResult,
} from './crossing.ts';
import type { CopyPreparation } from './preparation.ts';

export type Prepare = (preparation: Preparation) => Promise<PreparedMessage>;

export type Preparing = {
  /** Rejects with `PreparationLimitExceeded`, or with the error that preparing throws. */
  readonly prepare: Prepare;
  /** One copy once more, as 7-bit. Rejects like `prepare`. */
  readonly prepareAgain: (preparation: CopyPreparation) => Promise<PreparedAgain>;
  close(): Promise<void>;
};

export type PreparationLimits = {
  /** Threads for batches, and as many for messages that are prepared alone. */
  readonly threads: number;
  /** Messages of a batch. The first one waits for the last one. */
  readonly batch: number;
  /** For a batch, or for a message to one recipient. */
  readonly limitMs: number;
  /** For each further recipient of a message that is prepared alone. */
  readonly perRecipientMs: number;
  /** JavaScript memory of a thread. It does not include the bytes of messages. */
  readonly heapMebibytes: number;
};

export const preparationLimits: PreparationLimits = {
  threads: Math.max(1, Math.floor(availableParallelism() / 2)),
  batch: 16,
  limitMs: 20_000,
  perRecipientMs: 1_000,
  heapMebibytes: 512,
};

/** A message took more time or memory than it may, and would do so again. */
export class PreparationLimitExceeded extends Error {
  override readonly name = 'PreparationLimitExceeded';
}

/** A thread that has had no message for this time ends, because it holds about 20 MiB. To start one takes about 0.2 s. */
const IDLE_MS = 60_000;
const LARGE_BYTES = 524_288;

/** Each recipient is a copy to rewrite and to sign. */
export const isLarge = ({ stored }: Preparation): boolean =>
  stored.source.length * Math.max(1, stored.envelope.rcptTo.length) >= LARGE_BYTES;

const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';

const openPool = (workerData: Installation, { threads, heapMebibytes }: PreparationLimits): Piscina =>
  new Piscina({
    filename: new URL('./thread-main.ts', import.meta.url).href,
    workerData,
    minThreads: 0,
    maxThreads: 2 * threads,
    idleTimeout: IDLE_MS,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: heapMebibytes },
  });

type Task = {
  readonly name: 'prepareOne' | 'prepareBatch' | 'prepareCopyAgain';
  readonly value: CrossingPreparation | readonly CrossingPreparation[] | CrossingCopy;
  readonly transferList: ArrayBuffer[];
  readonly limitMs: number;
};

/** A task never waits for a thread, so its time counts from here. */
async function runTask(pool: Piscina, { name, value, transferList, limitMs }: Task): Promise<unknown> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await pool.run(value, { name, transferList, signal: limit.signal });
  } catch (cause) {
    if (limit.signal.aborted)
      throw new PreparationLimitExceeded(`more than ${Math.round(limitMs / 1000)} s`, { cause });
    if (isOutOfMemory(cause)) throw new PreparationLimitExceeded('more memory than it may use', { cause });
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

export function openPreparing(installation: Installation, limits = preparationLimits): Preparing {
  const pool = openPool(installation, limits);
  const alone = openSemaphore({ total: limits.threads });

  const runAlone = async (open: () => Task): Promise<unknown> => {
    const done = await alone.run('', () => runTask(pool, open()));
    if (!done) throw new Error('Preparing has ended');
    return done.value;
  };

  const prepareAlone: Prepare = async (preparation) => {
    const { limitMs, perRecipientMs } = limits;
    const result = await runAlone(() => {
      const value = packPreparation(preparation);
      return {
        name: 'prepareOne',
        value,
        transferList: [value.stored.source.buffer],
        limitMs: limitMs + perRecipientMs * (preparation.stored.envelope.rcptTo.length - 1),
      };
    });
    return unpackResult(result as CrossingResult);
  };

  const prepareAgain: Preparing['prepareAgain'] = async (preparation) => {
    const result = await runAlone(() => {
      const value = packCopy(preparation);
      return {
        name: 'prepareCopyAgain',
        value,
        transferList: [value.stored.source.buffer],
        limitMs: limits.limitMs,
      };
    });
    return unpackCopyResult(result as CrossingCopyResult);
  };

  /** `undefined` for a message that has to be prepared alone: it failed, or its batch did. */
  const prepareBatch = async (
    batch: readonly Preparation[],
  ): Promise<readonly (PreparedMessage | undefined)[]> => {
    const value = batch.map(packPreparation);
    const transferList = value.map(({ stored }) => stored.source.buffer);
    try {
      const results = await runTask(pool, {
        name: 'prepareBatch',
        value,
        transferList,
        limitMs: limits.limitMs,
      });
      return (results as readonly (CrossingResult | undefined)[]).map((one) => one && unpackResult(one));
    } catch {
      return batch.map(() => undefined);
    }
  };
  const batches = openBatcher({ flush: prepareBatch, maxItems: limits.batch, maxFlushes: limits.threads });

  return {
    prepare: async (preparation) =>
      (isLarge(preparation) ? undefined : await batches.add(preparation)) ?? prepareAlone(preparation),
    prepareAgain,
    async close() {
      alone.close();
      await pool.destroy();
    },
  };
}
