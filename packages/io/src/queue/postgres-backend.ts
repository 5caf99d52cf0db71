import { PostgresConnection, type PostgresPoolConfig, Queue, Worker } from 'bullmq';
import type { Log } from '../log/log.ts';
import { keptPlans, sessionOptions } from '../postgres/connection/generic-plans.ts';
import { type QueueBackend, type QueueState, streamOptions, workerOptions } from './backend.ts';
import { migrateQueues } from './migrate-queues.ts';
import { bullNameOf } from './ring.ts';
import { createRingBackend } from './ring-backend.ts';

export type PostgresBackendSettings = {
  readonly databaseUrl: string;
  readonly log: Log;
  /** Ceiling for this process. Each queue that it consumes keeps one of them, to listen. */
  readonly connections: number;
};

/**
 * The rows of the product are the truth and a sweeper rings again, so a ring need not survive a power cut: without
 * waiting for the disk, ringing costs a round trip instead of an fsync.
 */
const ringSettings = sessionOptions(['synchronous_commit=off', ...keptPlans]);

function poolSettings({ databaseUrl, connections }: PostgresBackendSettings): PostgresPoolConfig {
  const url = new URL(databaseUrl);
  // Options in the URL would replace ours: say both.
  const given = url.searchParams.get('options') ?? '';
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    options: `${given} ${ringSettings}`.trim(),
    application_name: 'waybill-queue',
    max: connections,
    connectionTimeoutMillis: 2_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/** One pool for every queue of this process: BullMQ left alone opens one for each. */
export function openPostgresBackend(settings: PostgresBackendSettings): QueueBackend {
  const shared = new PostgresConnection(poolSettings(settings));
  const connection = shared.pool;
  shared.on('error', (err) => settings.log.debug({ err }, 'queue connection lost'));
  // A connection that the server cuts reports twice: once to the pool, then to nobody, which would end the process.
  connection.on('connect', (client) => client.on('error', () => undefined));
  let prepared: Promise<void> | undefined;
  return {
    kind: 'postgres',
    prepare() {
      prepared ??= migrateQueues(settings.databaseUrl).catch((error) => {
        prepared = undefined;
        throw error;
      });
      return prepared;
    },
    openQueue: (queue) =>
      new Queue(bullNameOf(queue), { connection, streams: streamOptions }, createRingBackend),
    add: (queue, rings) => queue.addBulk(rings),
    openWorker: (queue, handle, concurrency) =>
      new Worker(bullNameOf(queue), handle, { connection, concurrency, ...workerOptions }, createRingBackend),
    async check(): Promise<QueueState> {
      await connection.query('SELECT 1');
      return { ready: true, detail: { backend: 'postgres' }, warnings: [] };
    },
    close: () => shared.close(),
  };
}
