import { setTimeout as wait } from 'node:timers/promises';
import type { QueueName } from '@waybill/relay/ports';
import { Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { openSemaphore } from '../concurrency/semaphore.ts';
import { type BackendReporting, type ConsumeOptions, type Consumer, handleId } from './backend.ts';
import { jobSchema, redisQueueName } from './redis-jobs.ts';

export type RedisConsumerSettings = BackendReporting & {
  readonly connection: Redis;
  readonly queue: QueueName;
  readonly options: ConsumeOptions;
  /** For ids that were taken and not begun when the consumer closed. */
  readonly giveBack: (ids: readonly string[]) => Promise<void>;
};

/**
 * Jobs of a worker that died go to another one after at most the sum of the first two: the lock runs out and a check sees it.
 * Short is safe: handling twice is harmless, and locks are renewed at half time.
 */
const workerOptions = {
  lockDuration: 15_000,
  stalledInterval: 10_000,
  // An id that ends its process again and again comes back through the sweeper, which counts.
  maxStalledCount: 3,
  runRetryDelay: 1_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const;

const OPENING_MS = 3_000;
const PERMIT = 'ids';

export function openRedisConsumer(settings: RedisConsumerSettings): Consumer {
  const { connection, queue, options, log, onTrouble, giveBack } = settings;
  // BullMQ counts jobs, and a job holds many ids: the ids of all jobs share this limit, so a slow one delays no other.
  const permits = openSemaphore({ total: options.concurrency });
  const left: string[] = [];
  const inFlight = new Set<Promise<void>>();
  const handleOrLeave = async (id: string): Promise<void> => {
    const done = await permits.run(PERMIT, () => handleId(queue, id, { ...options, log }));
    if (done === undefined) left.push(id);
  };
  const handleJob = async ({ data }: { readonly data: unknown }): Promise<void> => {
    const { ids } = jobSchema.parse(data);
    const handling = Promise.all(ids.map(handleOrLeave)).then(() => undefined);
    inFlight.add(handling);
    await handling;
    inFlight.delete(handling);
  };
  const { concurrency } = options;
  const worker = new Worker(redisQueueName(queue), handleJob, { connection, concurrency, ...workerOptions });
  worker.on('error', onTrouble);
  worker.on('failed', (_, err) => log.error({ queue, err }, 'job failed'));
  const ready = worker.waitUntilReady();
  ready.catch(onTrouble);
  return {
    ready,
    async close() {
      permits.close();
      // BullMQ does not end a connection that is just being opened.
      await Promise.race([ready.catch(() => undefined), wait(OPENING_MS, undefined, { ref: false })]);
      await Promise.allSettled(inFlight);
      // BullMQ waits for a Redis that is away for as long as that takes, unless it is forced.
      await worker.close(connection.status !== 'ready');
      // Not before the worker is closed: it would take the signal that wakes another one.
      if (left.length > 0) await giveBack(left).catch(onTrouble);
    },
  };
}
