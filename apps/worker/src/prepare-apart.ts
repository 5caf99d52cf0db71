/**
 * Prepares large messages in threads of their own, with a limit on time and memory: a message made to take a parser down
 * costs its thread, and the mail of everybody else goes on meanwhile. RELIABILITY F18.
 */
import { Worker } from 'node:worker_threads';
import type { PreparedMessage } from '@waybill/relay/ports';
import type { Preparation } from './preparation.ts';
import { asBuffer, type ThreadAnswer } from './prepare-thread.ts';

export type PrepareApart = {
  prepare(preparation: Preparation): Promise<PreparedMessage>;
  close(): Promise<void>;
};

export type ApartSettings = {
  readonly threads: number;
  /** For a message to one recipient; each recipient more gets a share on top. */
  readonly limitMs: number;
  readonly perRecipientMs: number;
  /** Of the JavaScript heap of a thread. Octets of messages are not in it. */
  readonly heapMebibytes: number;
};

export const apartSettings: ApartSettings = {
  threads: 2,
  limitMs: 20_000,
  perRecipientMs: 1_000,
  heapMebibytes: 512,
};

const APART_FROM_OCTETS = 524_288;

/** What is worth the way to a thread: each recipient is a copy to rewrite and to sign. */
export const isLarge = ({ stored }: Preparation): boolean =>
  stored.source.length * Math.max(1, stored.envelope.rcptTo.length) >= APART_FROM_OCTETS;

/** It went beyond its time or memory, and would again: the message is parked at once. */
export class TooDear extends Error {
  override readonly name = 'TooDear';
}

type Waiting = { readonly preparation: Preparation; readonly answer: PromiseWithResolvers<PreparedMessage> };

const threadMain = new URL('./prepare-thread.ts', import.meta.url);

const withBuffers = (prepared: PreparedMessage): PreparedMessage => ({
  ...prepared,
  deliveries: prepared.deliveries.map((delivery) => ({
    ...delivery,
    patch: delivery.patch && asBuffer(delivery.patch),
  })),
});

const limitOf = ({ limitMs, perRecipientMs }: ApartSettings, { stored }: Preparation): number =>
  limitMs + perRecipientMs * (stored.envelope.rcptTo.length - 1);

const failureOf = ({ name, message, stack }: { name: string; message: string; stack: string | undefined }) =>
  Object.assign(new Error(message), { name, ...(stack === undefined ? {} : { stack }) });

function accidentOf(error: unknown): unknown {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new TooDear('more memory than it may use', { cause: error }) : error;
}

/** One message in a thread. The thread is good for the next one unless this rejects by `died`. */
function askThread(
  thread: Worker,
  preparation: Preparation,
  limitMs: number,
): Promise<{ readonly told: ThreadAnswer } | { readonly died: unknown }> {
  return new Promise((resolve) => {
    const settle = (outcome: { readonly told: ThreadAnswer } | { readonly died: unknown }): void => {
      clearTimeout(timer);
      thread.off('message', onMessage).off('error', onError).off('exit', onExit);
      resolve(outcome);
    };
    const onMessage = (told: ThreadAnswer): void => settle({ told });
    const onError = (error: unknown): void => settle({ died: accidentOf(error) });
    const onExit = (): void => settle({ died: new Error('The preparing thread ended') });
    const timer = setTimeout(
      () => settle({ died: new TooDear(`more than ${Math.round(limitMs / 1000)} s`) }),
      limitMs,
    );
    thread.on('message', onMessage).on('error', onError).on('exit', onExit);
    thread.postMessage(preparation);
  });
}

export function openPrepareApart(settings: ApartSettings = apartSettings): PrepareApart {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const waiting: Waiting[] = [];

  const openThread = (): Worker => {
    const thread = new Worker(threadMain, {
      resourceLimits: { maxOldGenerationSizeMb: settings.heapMebibytes },
    });
    // One that ends between two messages is found out by its exit; its error must not end the process.
    thread.on('error', () => undefined);
    thread.unref();
    all.add(thread);
    return thread;
  };
  const run = async (thread: Worker, { preparation, answer }: Waiting): Promise<void> => {
    const outcome = await askThread(thread, preparation, limitOf(settings, preparation));
    if ('died' in outcome) {
      all.delete(thread);
      answer.reject(outcome.died);
      await thread.terminate();
      return;
    }
    idle.push(thread);
    if ('failed' in outcome.told) answer.reject(failureOf(outcome.told.failed));
    else answer.resolve(withBuffers(outcome.told.prepared));
  };
  const next = (): void => {
    if (idle.length === 0 && all.size >= settings.threads) return;
    const one = waiting.shift();
    if (one) void run(idle.pop() ?? openThread(), one).then(next);
  };
  return {
    prepare(preparation) {
      const answer = Promise.withResolvers<PreparedMessage>();
      waiting.push({ preparation, answer });
      next();
      return answer.promise;
    },
    async close() {
      await Promise.all([...all].map((thread) => thread.terminate()));
    },
  };
}
