/** A thread that prepares, as the worker sees it: with a limit on time and memory, and an end that is told. RELIABILITY F18. */
import { Worker } from 'node:worker_threads';
import { type Answer, type Outcome, openPacker, unpackAnswer } from './crossing.ts';
import type { Preparation } from './preparation.ts';

export type PreparingThread = {
  /**
   * What becomes of each message, in their order. Rejects when the thread ends first, which is then not asked again: `TooDear`
   * when it ended for its time or memory.
   */
  ask(preparations: readonly Preparation[], limitMs: number): Promise<readonly Outcome[]>;
  isAlive(): boolean;
  close(): Promise<void>;
};

/** It went beyond its time or memory, and would again. */
export class TooDear extends Error {
  override readonly name = 'TooDear';
}

type Asked = { readonly answer: PromiseWithResolvers<readonly Outcome[]>; readonly limitMs: number };

const threadMain = new URL('./prepare-thread.ts', import.meta.url);

function accidentOf(error: unknown): unknown {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new TooDear('more memory than it may use', { cause: error }) : error;
}

/** `heapMebibytes`: of JavaScript. Octets of messages are not in it. */
export function openPreparingThread(heapMebibytes: number): PreparingThread {
  const thread = new Worker(threadMain, { resourceLimits: { maxOldGenerationSizeMb: heapMebibytes } });
  const pack = openPacker();
  // The thread does one parcel after the other: the first of these is the one it is at.
  const asked: Asked[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isAlive = true;

  const end = (cause: unknown): void => {
    isAlive = false;
    clearTimeout(timer);
    for (const { answer } of asked.splice(0)) answer.reject(cause);
  };
  const watchFirst = (): void => {
    clearTimeout(timer);
    const [first] = asked;
    if (!first) return;
    timer = setTimeout(() => {
      end(new TooDear(`more than ${Math.round(first.limitMs / 1000)} s`));
      void thread.terminate();
    }, first.limitMs);
  };
  thread
    .on('message', (answer: Answer) => {
      asked.shift()?.answer.resolve(unpackAnswer(answer));
      watchFirst();
    })
    .on('error', (error) => end(accidentOf(error)))
    .on('exit', () => end(new Error('The preparing thread ended')))
    .unref();

  return {
    ask(preparations, limitMs) {
      const answer = Promise.withResolvers<readonly Outcome[]>();
      if (!isAlive) return Promise.reject(new Error('The preparing thread has ended'));
      const parcel = pack(preparations);
      thread.postMessage(parcel, [parcel.octets.buffer]);
      if (asked.push({ answer, limitMs }) === 1) watchFirst();
      return answer.promise;
    },
    isAlive: () => isAlive,
    async close() {
      await thread.terminate();
    },
  };
}
