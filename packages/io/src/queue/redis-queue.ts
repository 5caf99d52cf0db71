import { once } from 'node:events';
import { type QueueName, queueNames } from '@waybill/relay/ports';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { openBatcher } from '../concurrency/batcher.ts';
import {
  type BackendReporting,
  ENQUEUE_LINGER_MS,
  ENQUEUE_TIMEOUT_MS,
  MAX_BATCH,
  type QueueBackend,
} from './backend.ts';
import { openRedisConsumer } from './redis-consumer.ts';
import { redisHealthOf } from './redis-health.ts';
import { jobsOf, type QueuedId, redisQueueName } from './redis-jobs.ts';

const READY_TIMEOUT_MS = 2_000;

const common = {
  connectTimeout: 3_000,
  keepAlive: 10_000,
  // Without end, and soon: processes recover by themselves when Redis is back.
  retryStrategy: (times: number) => Math.min(100 * times, 2_000),
};

/** An enqueue fails at once while Redis is away: its row is saved, and the sweeper enqueues it again. */
const forProducer = { ...common, enableOfflineQueue: false, commandTimeout: ENQUEUE_TIMEOUT_MS };

/** A consumer waits as long as it takes. */
const forConsumers = { ...common, maxRetriesPerRequest: null };

const awayStates = new Set(['reconnecting', 'close', 'end']);

/** Resolves once the client can be used; rejects when the connection is lost, or takes too long. */
async function untilReady(client: Redis): Promise<void> {
  if (client.status === 'ready') return;
  if (awayStates.has(client.status)) throw new Error('Redis is away');
  await once(client, 'ready', { signal: AbortSignal.timeout(READY_TIMEOUT_MS) });
}

type Producer = {
  add(ids: readonly QueuedId[]): Promise<void>;
  depth(): Promise<number>;
  close(): Promise<void>;
};

function openProducer(connection: Redis, queue: QueueName, onTrouble: (error: unknown) => void): Producer {
  // The events of BullMQ have no reader.
  const jobs = new Queue(redisQueueName(queue), { connection, streams: { events: { maxLen: 100 } } });
  jobs.on('error', onTrouble);
  const batcher = openBatcher<QueuedId, void>({
    async flush(ids) {
      await jobs.addBulk(jobsOf(ids, Date.now()));
      return [];
    },
    maxItems: MAX_BATCH,
    timeoutMs: ENQUEUE_TIMEOUT_MS,
    lingerMs: ENQUEUE_LINGER_MS,
  });
  return {
    add: async (ids) => void (await Promise.all(ids.map((id) => batcher.add(id)))),
    async depth() {
      const byState = await jobs.getJobCounts('waiting', 'active', 'delayed');
      return Object.values(byState).reduce((sum, count) => sum + count, 0);
    },
    close: () => jobs.close(),
  };
}

export function openRedisQueue({
  redisUrl,
  log,
  onTrouble,
}: BackendReporting & { readonly redisUrl: string }): QueueBackend {
  const clients: Redis[] = [];
  const connect = (options: typeof forProducer | typeof forConsumers): Redis => {
    const client = new Redis(redisUrl, options);
    client.on('error', (err) => log.debug({ err }, 'redis connection lost'));
    clients.push(client);
    return client;
  };
  const producing = connect(forProducer);
  const producers = new Map<QueueName, Producer>();
  let consuming: Redis | undefined;

  // BullMQ remembers a connection that failed while a queue was opened: it is opened once Redis is there.
  const producerOf = async (queue: QueueName): Promise<Producer> => {
    await untilReady(producing);
    const producer = producers.get(queue) ?? openProducer(producing, queue, onTrouble);
    producers.set(queue, producer);
    return producer;
  };
  const enqueue: QueueBackend['enqueue'] = async (queue, ids, at) =>
    (await producerOf(queue)).add(ids.map((id) => ({ id, at })));
  return {
    kind: 'redis',
    enqueue,
    consume(queue, options) {
      consuming ??= connect(forConsumers);
      const giveBack = (ids: readonly string[]): Promise<void> => enqueue(queue, ids, undefined);
      return openRedisConsumer({ connection: consuming, queue, options, log, onTrouble, giveBack });
    },
    async depth() {
      const depths = queueNames.map(
        async (queue) => [queue, await (await producerOf(queue)).depth()] as const,
      );
      return Object.fromEntries(await Promise.all(depths)) as Record<QueueName, number>;
    },
    async check() {
      await untilReady(producing);
      return redisHealthOf(await producing.info());
    },
    async close() {
      await Promise.allSettled([...producers.values()].map((producer) => producer.close()));
      for (const client of clients) client.disconnect();
    },
  };
}
