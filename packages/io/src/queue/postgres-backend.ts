import { createPostgresBackend, DEFAULT_SCHEMA, Queue, Worker } from 'bullmq';
import pg from 'pg';
import type { Log } from '../log/log.ts';
import { type QueueBackend, type QueueState, streamOptions, workerOptions } from './backend.ts';
import { bullNameOf } from './ring.ts';

export type PostgresBackendSettings = {
  readonly databaseUrl: string;
  readonly log: Log;
  /** Ceiling for this process; one more is held for each queue that it consumes. */
  readonly connections: number;
};

/**
 * The rows of the product are the truth and a sweeper rings again, so a ring need not survive a power cut: without
 * waiting for the disk, ringing costs a round trip instead of an fsync.
 */
const sessionOptions = `-c search_path=${DEFAULT_SCHEMA} -c synchronous_commit=off`;

function poolSettings({ databaseUrl, connections }: PostgresBackendSettings): pg.PoolConfig {
  const url = new URL(databaseUrl);
  // Options in the URL would replace ours: say both.
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    options: `${given} ${sessionOptions}`.trim(),
    application_name: 'waybill-queue',
    max: connections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** One pool for every queue of this process: BullMQ left alone opens one per queue. */
export function openPostgresBackend(settings: PostgresBackendSettings): QueueBackend {
  const pool = new pg.Pool(poolSettings(settings));
  pool.on('error', (err) => settings.log.debug({ err }, 'queue connection lost'));
  // BullMQ types its own picture of a pool, in which every query answers with rows of any kind.
  const connection = pool as unknown as Parameters<typeof createPostgresBackend>[1]['connection'];
  return {
    kind: 'postgres',
    openQueue: (queue) =>
      new Queue(bullNameOf(queue), { connection, streams: streamOptions }, createPostgresBackend),
    openWorker: (queue, handle, concurrency) =>
      new Worker(
        bullNameOf(queue),
        handle,
        { connection, concurrency, ...workerOptions },
        createPostgresBackend,
      ),
    async check(): Promise<QueueState> {
      await pool.query('SELECT 1');
      return { ready: true, detail: { backend: 'postgres' }, warnings: [] };
    },
    close: () => pool.end(),
  };
}
