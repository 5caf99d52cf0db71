/**
 * Counters of the whole installation in fixed windows, in Redis where there is one, otherwise in PostgreSQL (ADR 28). While the store is
 * away, each process counts by itself.
 */
import { hash } from 'node:crypto';
import {
  type IRateLimiterOptions,
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import type { Log } from '../log/log.ts';
import type { Database } from '../postgres/connection/database.ts';
import { openRedis } from '../redis/redis-client.ts';

export type Consumed = {
  /** Points of the key in its window, over all processes. */
  readonly count: number;
  readonly isOver: boolean;
  /** Until the window or the block ends, in milliseconds. */
  readonly endsInMs: number;
};

export type RateLimiter = {
  consume(key: string, points?: number): Promise<Consumed>;
  /** Points of the key in its window; 0: none. */
  count(key: string): Promise<number>;
  /** Sets the key to one point, in a window that begins now. */
  mark(key: string): Promise<void>;
  reset(key: string): Promise<void>;
};

export type RateLimiterOptions = {
  /** Stands before the keys of this limiter in the store. */
  readonly name: string;
  /** A window with more points is over its limit. */
  readonly limit: number;
  /** From the first point of a key. */
  readonly windowMs: number;
  /** How long a key is over its limit from the point that exceeded it. Default: until the window ends. */
  readonly blockMs?: number;
};

export type RateLimits = {
  limiter(options: RateLimiterOptions): RateLimiter;
  close(): Promise<void>;
};

/** Keys hold addresses and user names. The store sees their hash. */
const storedKeyOf = (key: string): string => hash('sha256', key, 'base64url');

const consumedOf = (result: RateLimiterRes, limit: number): Consumed => ({
  count: result.consumedPoints,
  isOver: result.consumedPoints > limit,
  endsInMs: result.msBeforeNext,
});

function limiterOver(limiter: RateLimiterAbstract, { limit, windowMs }: RateLimiterOptions): RateLimiter {
  return {
    async consume(key, points = 1) {
      try {
        return consumedOf(await limiter.consume(storedKeyOf(key), points), limit);
      } catch (result) {
        // The library rejects with the result when the limit is exceeded.
        if (result instanceof RateLimiterRes) return consumedOf(result, limit);
        throw result;
      }
    },
    count: async (key) => (await limiter.get(storedKeyOf(key)))?.consumedPoints ?? 0,
    mark: async (key) => void (await limiter.set(storedKeyOf(key), 1, windowMs / 1_000)),
    reset: async (key) => void (await limiter.delete(storedKeyOf(key))),
  };
}

const optionsOf = ({ name, limit, windowMs, blockMs = 0 }: RateLimiterOptions): IRateLimiterOptions => ({
  keyPrefix: name,
  points: limit,
  duration: windowMs / 1_000,
  blockDuration: blockMs / 1_000,
});

/** Counts in this process only. */
export const memoryRateLimits = (): RateLimits => ({
  limiter: (options) => limiterOver(new RateLimiterMemory(optionsOf(options)), options),
  async close() {
    // Nothing is open.
  },
});

const postgresRateLimits = ({ pool }: Pick<Database, 'pool'>): RateLimits => ({
  limiter: (options) =>
    limiterOver(
      new RateLimiterPostgres({
        ...optionsOf(options),
        storeClient: pool,
        storeType: 'pool',
        tableName: 'rate_limit',
        tableCreated: true,
        insuranceLimiter: new RateLimiterMemory(optionsOf(options)),
      }),
      options,
    ),
  async close() {
    // The pool belongs to the process.
  },
});

function redisRateLimits(redisUrl: string, log: Pick<Log, 'debug'>): RateLimits {
  const redis = openRedis(redisUrl, log);
  return {
    limiter: (options) =>
      limiterOver(
        new RateLimiterRedis({
          ...optionsOf(options),
          keyPrefix: `waybill:rate-limit:${options.name}`,
          storeClient: redis,
          insuranceLimiter: new RateLimiterMemory(optionsOf(options)),
        }),
        options,
      ),
    async close() {
      redis.disconnect();
    },
  };
}

export const openRateLimits = (options: {
  readonly redisUrl: string | undefined;
  readonly database: Pick<Database, 'pool'>;
  readonly log: Pick<Log, 'debug'>;
}): RateLimits =>
  options.redisUrl === undefined
    ? postgresRateLimits(options.database)
    : redisRateLimits(options.redisUrl, options.log);
