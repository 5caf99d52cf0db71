/** A thread that prepares, as the worker sees it: with a limit on time and memory, and an end that is told. docs/reliability.md F18. */
import { Worker } from 'node:worker_threads';
import type { PreparedMessage } from '@waybill/relay/ports';
import { type Answer, openPacker, unpackAnswer } from './crossing.ts';
import type { Preparation } from './preparation.ts';

/** A message, and whoever waits for what becomes of it. */
export type Waiting = {
  readonly preparation: Preparation;
  readonly answer: PromiseWithResolvers<PreparedMessage>;
};

export type PreparingThread = {
  /**
   * Answers each. Rejects, with none of them answered, when the thread ends first, which is then not asked again: `TooDear` when it
   * ended for its time or memory.
   */
  ask(waiting: readonly Waiting[], limitMs: number): Promise<void>;
  isAlive(): boolean;
  close(): Promise<void>;
};

/** It went beyond its time or memory, and would again. */
export class TooDear extends Error {
  override readonly name = 'TooDear';
}

type Asked = {
  readonly waiting: readonly Waiting[];
  readonly done: PromiseWithResolvers<void>;
  readonly limitMs: number;
};

const threadMain = new URL('./thread-main.ts', import.meta.url);

function accidentOf(error: unknown): unknown {
  const isFull = error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  return isFull ? new TooDear('more memory than it may use', { cause: error }) : error;
}

function tell({ waiting, done }: Asked, told: Answer): void {
  for (const [index, outcome] of unpackAnswer(told).entries()) {
    const answer = waiting[index]?.answer;
    if ('prepared' in outcome) answer?.resolve(outcome.prepared);
    else answer?.reject(outcome.failed);
  }
  done.resolve();
}

/** `heapMebibytes`: of JavaScript. Bytes of messages are not in it. */
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
    for (const { done } of asked.splice(0)) done.reject(cause);
    void thread.terminate();
  };
  const watchFirst = (): void => {
    clearTimeout(timer);
    const [first] = asked;
    if (!first) return;
    timer = setTimeout(
      () => end(new TooDear(`more than ${Math.round(first.limitMs / 1000)} s`)),
      first.limitMs,
    );
  };
  thread
    .on('message', (told: Answer) => {
      const first = asked.shift();
      if (first) tell(first, told);
      watchFirst();
    })
    .on('error', (error) => end(accidentOf(error)))
    .on('exit', () => end(new Error('The preparing thread ended')))
    .unref();

  return {
    ask(waiting, limitMs) {
      if (!isAlive) return Promise.reject(new Error('The preparing thread has ended'));
      const done = Promise.withResolvers<void>();
      const place = asked.push({ waiting, done, limitMs });
      try {
        const parcel = pack(waiting.map(({ preparation }) => preparation));
        thread.postMessage(parcel, [parcel.bytes.buffer]);
        if (place === 1) watchFirst();
      } catch (error) {
        // What cannot cross has numbers by now that the thread never heard of.
        end(error);
      }
      return done.promise;
    },
    isAlive: () => isAlive,
    async close() {
      await thread.terminate();
    },
  };
}
