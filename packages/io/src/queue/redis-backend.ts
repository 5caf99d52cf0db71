import { once } from 'node:events';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Log } from '../log/log.ts';
import { type BulkRing, type QueueBackend, type RingQueue, streamOptions, workerOptions } from './backend.ts';
import { redisHealthOf } from './redis-health.ts';
import { bullNameOf } from './ring.ts';

const readyTimeoutMs = 2_000;

const common = {
  connectTimeout: 3_000,
  keepAlive: 10_000,
  // For ever, and soon: a queue that is away comes back without anybody's help.
  retryStrategy: (times: number) => Math.min(100 * times, 2_000),
};

/** A ring fails at once while Redis is away: its row is saved, and the sweeper rings again. */
const forRinging = { ...common, enableOfflineQueue: false, commandTimeout: 3_000 };

/** A consumer waits as long as it takes. */
const forConsuming = { ...common, maxRetriesPerRequest: null };

const away = new Set(['reconnecting', 'close', 'end']);

/** Resolves once the client may be used; rejects when the connection is known to be lost, or takes too long. */
async function untilReady(client: Redis): Promise<void> {
  if (client.status === 'ready') return;
  if (away.has(client.status)) throw new Error('Redis is away');
  await once(client, 'ready', { signal: AbortSignal.timeout(readyTimeoutMs) });
}

/** `addBulk` prepares a pipeline, which costs more than the one ring that nearly always stands in it. */
function add(queue: RingQueue, rings: BulkRing[]): Promise<unknown> {
  const [first] = rings;
  return first && rings.length === 1 ? queue.add(first.name, first.data, first.opts) : queue.addBulk(rings);
}

export function openRedisBackend(redisUrl: string, log: Log): QueueBackend {
  const clients: Redis[] = [];
  const connect = (options: typeof forRinging | typeof forConsuming): Redis => {
    const client = new Redis(redisUrl, options);
    client.on('error', (err) => log.debug({ err }, 'redis connection lost'));
    clients.push(client);
    return client;
  };
  const ringing = connect(forRinging);
  let consuming: Redis | undefined;
  return {
    kind: 'redis',
    prepare: () => untilReady(ringing),
    openQueue: (queue) => new Queue(bullNameOf(queue), { connection: ringing, streams: streamOptions }),
    add,
    openWorker: (queue, handle, concurrency) => {
      consuming ??= connect(forConsuming);
      return new Worker(bullNameOf(queue), handle, { connection: consuming, concurrency, ...workerOptions });
    },
    async check() {
      await untilReady(ringing);
      return redisHealthOf(await ringing.info());
    },
    close: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}
