import type { QueueName } from '@waybill/relay/ports';
import type { Job } from 'bullmq';

export type QueueState = {
  readonly ready: boolean;
  readonly detail: Readonly<Record<string, unknown>>;
  /** What works but will lose or delay rings one day. Told loudly at start. */
  readonly warnings: readonly string[];
};

export type BulkRing = {
  readonly name: string;
  readonly data: { readonly ids: readonly string[] };
  readonly opts: Readonly<Record<string, unknown>>;
};

/** The part of a BullMQ queue that we use. */
export type RingQueue = {
  waitUntilReady(): Promise<unknown>;
  add(name: BulkRing['name'], data: BulkRing['data'], opts: BulkRing['opts']): Promise<unknown>;
  addBulk(rings: BulkRing[]): Promise<unknown>;
  getJobCounts(...states: ('waiting' | 'active' | 'delayed')[]): Promise<Record<string, number>>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(): Promise<void>;
};

/** The part of a BullMQ worker that we use. */
export type RingWorker = {
  waitUntilReady(): Promise<unknown>;
  run(): Promise<void>;
  on(event: 'error', listener: (error: Error) => void): unknown;
  close(force?: boolean): Promise<void>;
};

export type RingHandler = (job: Pick<Job, 'data'>) => Promise<void>;

/** Where rings live: Redis or PostgreSQL. Everything else in this room is the same for both. */
export type QueueBackend = {
  readonly kind: 'redis' | 'postgres';
  /** Makes what queues need, once. Rejects soon while the backend is away; the next call tries again. */
  prepare(): Promise<void>;
  openQueue(queue: QueueName): RingQueue;
  /** In the way that costs this backend least. */
  add(queue: RingQueue, rings: BulkRing[]): Promise<unknown>;
  openWorker(queue: QueueName, handle: RingHandler, concurrency: number): RingWorker;
  check(): Promise<QueueState>;
  close(): Promise<void>;
};

/**
 * A worker that died gives its rings back after at most the sum of these two: the lock must run out, then be seen.
 * Short is safe: handling twice is harmless, and locks are renewed at half time.
 */
export const workerOptions = {
  autorun: false,
  lockDuration: 15_000,
  stalledInterval: 10_000,
  // An id that takes its process down again and again comes back through the sweeper, which counts.
  maxStalledCount: 3,
  runRetryDelay: 1_000,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
} as const;

/** Nobody reads BullMQ's own events. */
export const streamOptions = { events: { maxLen: 100 } } as const;
