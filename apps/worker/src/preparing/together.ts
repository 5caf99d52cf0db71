/** Small messages, which share a thread and travel to it together. ADR 17. */
import type { PreparedMessage } from '@waybill/relay/ports';
import type { Prepare, Preparing } from './preparation.ts';
import { openPreparingThread, type Waiting } from './thread.ts';

export type TogetherSettings = {
  /** How many travel together: the first one waits for the last one. */
  readonly parcel: number;
  /** For a parcel. */
  readonly limitMs: number;
  readonly heapMebibytes: number;
};

export const togetherSettings: TogetherSettings = { parcel: 16, limitMs: 20_000, heapMebibytes: 512 };

/** `alone`: for what was in the thread when it ended. Which of them it was shows when each is by itself. */
export function openPrepareTogether(alone: Prepare, settings = togetherSettings): Preparing {
  const openThread = () => openPreparingThread(settings.heapMebibytes);
  let thread = openThread();
  let waiting: Waiting[] = [];

  const send = async (parcel: readonly Waiting[]): Promise<void> => {
    try {
      await thread.ask(parcel, settings.limitMs);
    } catch {
      for (const { preparation, answer } of parcel) alone(preparation).then(answer.resolve, answer.reject);
    }
  };
  const sendAll = (): void => {
    if (!thread.isAlive()) thread = openThread();
    const all = waiting;
    waiting = [];
    for (let from = 0; from < all.length; from += settings.parcel)
      void send(all.slice(from, from + settings.parcel));
  };
  return {
    prepare(preparation) {
      const answer = Promise.withResolvers<PreparedMessage>();
      // After this turn of the event loop, so that what one statement loaded travels together.
      if (waiting.push({ preparation, answer }) === 1) setImmediate(sendAll);
      return answer.promise;
    },
    close: () => thread.close(),
  };
}
