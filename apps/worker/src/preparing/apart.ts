/**
 * Messages that have a thread to themselves while they are prepared: a message made to take a parser down costs its thread, and the
 * mail of everybody else goes on meanwhile. docs/reliability.md F18.
 */
import type { PreparedMessage } from '@waybill/relay/ports';
import type { Preparation, Preparing } from './preparation.ts';
import { openPreparingThread, type PreparingThread, type Waiting } from './thread.ts';

export type ApartSettings = {
  readonly threads: number;
  /** For a message to one recipient; each recipient more gets a share on top. */
  readonly limitMs: number;
  readonly perRecipientMs: number;
  readonly heapMebibytes: number;
};

export const apartSettings: ApartSettings = {
  threads: 2,
  limitMs: 20_000,
  perRecipientMs: 1_000,
  heapMebibytes: 512,
};

const limitOf = ({ limitMs, perRecipientMs }: ApartSettings, { stored }: Preparation): number =>
  limitMs + perRecipientMs * (stored.envelope.rcptTo.length - 1);

export function openPrepareApart(settings: ApartSettings = apartSettings): Preparing {
  const idle: PreparingThread[] = [];
  const all = new Set<PreparingThread>();
  const waiting: Waiting[] = [];

  const openThread = (): PreparingThread => {
    const thread = openPreparingThread(settings.heapMebibytes);
    all.add(thread);
    return thread;
  };
  const run = async (thread: PreparingThread, one: Waiting): Promise<void> => {
    try {
      await thread.ask([one], limitOf(settings, one.preparation));
      idle.push(thread);
    } catch (error) {
      all.delete(thread);
      one.answer.reject(error);
    }
  };
  const takeIdle = (): PreparingThread => {
    // One may have ended between two messages.
    for (let thread = idle.pop(); thread; thread = idle.pop()) {
      if (thread.isAlive()) return thread;
      all.delete(thread);
    }
    return openThread();
  };
  const next = (): void => {
    if (idle.length === 0 && all.size >= settings.threads) return;
    const one = waiting.shift();
    if (one) void run(takeIdle(), one).then(next);
  };
  return {
    prepare(preparation) {
      const answer = Promise.withResolvers<PreparedMessage>();
      waiting.push({ preparation, answer });
      next();
      return answer.promise;
    },
    async close() {
      await Promise.all([...all].map((thread) => thread.close()));
    },
  };
}
