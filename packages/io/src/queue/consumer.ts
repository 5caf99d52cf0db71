import { setTimeout as wait } from 'node:timers/promises';
import type { QueueName } from '@waybill/relay/ports';
import type { Log } from '../log/log.ts';
import type { QueueBackend, RingHandler, RingWorker } from './backend.ts';
import { ringSchema } from './ring.ts';
import { type Room, room } from './room.ts';

export type ConsumeOptions = {
  /** Ids handled at a time. */
  readonly concurrency: number;
  /** What it throws is logged and forgotten: the row stays due and is rung again. */
  readonly handle: (id: string) => Promise<void>;
  /** Told after each id, for the metrics. */
  readonly handled?: (outcome: 'done' | 'failed') => void;
};

export type Consumer = {
  /** Resolves once the backend was reached and rings are being taken. */
  readonly ready: Promise<void>;
  /** Takes no more rings and waits for those being handled. */
  close(): Promise<void>;
};

export type ConsumerSettings = {
  readonly backend: QueueBackend;
  readonly queue: QueueName;
  readonly options: ConsumeOptions;
  readonly log: Log;
  readonly trouble: (error: Error) => void;
  /** For ids of a ring that were not begun when the consumer closed: they are rung again. */
  readonly giveBack: (ids: readonly string[]) => Promise<void>;
};

const restartAfterMs = 1_000;
const OPENING_MS = 3_000;

async function handleOne({ options, queue, log }: ConsumerSettings, id: string): Promise<void> {
  try {
    await options.handle(id);
    options.handled?.('done');
  } catch (err) {
    log.error({ queue, id, err }, 'handling failed');
    options.handled?.('failed');
  }
}

/** The ids of a ring are handled side by side, as far as there is room: a slow one keeps its place, and no other waits for it. */
function handlerOf(settings: ConsumerSettings, places: Room): RingHandler {
  return async (job) => {
    const ring = ringSchema.safeParse(job.data);
    if (!ring.success) {
      settings.log.error({ queue: settings.queue, err: ring.error }, 'ring is not readable');
      return;
    }
    const begun = await Promise.all(ring.data.ids.map((id) => places.within(() => handleOne(settings, id))));
    const left = ring.data.ids.filter((_, index) => !begun[index]);
    if (left.length > 0) await settings.giveBack(left).catch(settings.trouble);
  };
}

/** Starts a worker, and another one when it could not start or ended by itself. */
export function openConsumer(settings: ConsumerSettings): Consumer {
  const { backend, queue, options, trouble } = settings;
  const places = room(options.concurrency);
  const handle = handlerOf(settings, places);
  const ready = Promise.withResolvers<void>();
  const closing = new AbortController();
  let worker: RingWorker | undefined;
  let opening: Promise<unknown> = Promise.resolve();

  const runOnce = async (): Promise<void> => {
    // Closed while the backend was being prepared: a worker that opened now would run for ever.
    if (closing.signal.aborted) return;
    const fresh = backend.openWorker(queue, handle, options.concurrency);
    fresh.on('error', trouble);
    worker = fresh;
    let isRunning = false;
    try {
      opening = fresh.waitUntilReady();
      await opening;
      if (closing.signal.aborted) return;
      ready.resolve();
      isRunning = true;
      await fresh.run();
    } finally {
      // One that runs is closed by whoever closes the consumer, which waits for what is being handled.
      if (!isRunning || !closing.signal.aborted) await fresh.close(true).catch(trouble);
    }
  };
  const runUntilClosed = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await backend.prepare().then(runOnce).catch(trouble);
      await wait(restartAfterMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = runUntilClosed();
  return {
    ready: ready.promise,
    async close() {
      closing.abort();
      places.close();
      // A worker that is closed while it connects keeps its connection, and the pool waits for that for ever.
      await Promise.race([opening.catch(() => undefined), wait(OPENING_MS, undefined, { ref: false })]);
      await worker?.close();
      await running;
      ready.resolve();
    },
  };
}
