import { Redis } from 'ioredis';
import type { Log } from '../log/log.ts';

/** A command fails when Redis cannot be reached, and after three seconds without an answer. The client reconnects by itself. */
export function openRedis(redisUrl: string, log: Pick<Log, 'debug'>): Redis {
  const client = new Redis(redisUrl, {
    connectTimeout: 3_000,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(100 * times, 2_000),
    maxRetriesPerRequest: 1,
    commandTimeout: 3_000,
  });
  client.on('error', (err) => log.debug({ err }, 'redis connection lost'));
  return client;
}
