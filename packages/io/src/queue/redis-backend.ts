import { Queue, Worker } from 'bullmq';
import { Redis, type RedisOptions } from 'ioredis';
import type { Log } from '../log/log.ts';
import { type QueueBackend, streamOptions, workerOptions } from './backend.ts';
import { redisHealthOf } from './redis-health.ts';
import { bullNameOf } from './ring.ts';

const common: RedisOptions = {
  connectTimeout: 3_000,
  keepAlive: 10_000,
  // For ever, and soon: a queue that is away comes back without anybody's help.
  retryStrategy: (times) => Math.min(100 * times, 2_000),
};

/** A ring fails at once while Redis is away: its row is saved, and the sweeper rings again. */
const forRinging: RedisOptions = { ...common, enableOfflineQueue: false, commandTimeout: 3_000 };

/** A consumer waits as long as it takes. */
const forConsuming: RedisOptions = { ...common, maxRetriesPerRequest: null };

export function openRedisBackend(redisUrl: string, log: Log): QueueBackend {
  const clients: Redis[] = [];
  const connect = (options: RedisOptions): Redis => {
    const client = new Redis(redisUrl, options);
    client.on('error', (err) => log.debug({ err }, 'redis connection lost'));
    clients.push(client);
    return client;
  };
  const ringing = connect(forRinging);
  let consuming: Redis | undefined;
  return {
    kind: 'redis',
    openQueue: (queue) => new Queue(bullNameOf(queue), { connection: ringing, streams: streamOptions }),
    openWorker: (queue, handle, concurrency) => {
      consuming ??= connect(forConsuming);
      return new Worker(bullNameOf(queue), handle, { connection: consuming, concurrency, ...workerOptions });
    },
    check: async () => redisHealthOf(await ringing.info()),
    close: async () => {
      for (const client of clients) client.disconnect();
    },
  };
}
