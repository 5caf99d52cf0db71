import type { JobProducer, QueueName } from '@waybill/relay/ports';
import type { Log } from '../log/log.ts';
import type { Database } from '../postgres/connection/database.ts';
import type { Listener } from '../postgres/connection/listener.ts';
import type { ConsumeOptions, Consumer, QueueBackend, QueueState } from './backend.ts';
import { openPostgresQueue } from './postgres-queue.ts';

export type Queues = {
  readonly jobs: JobProducer;
  consume(queue: QueueName, options: ConsumeOptions): Consumer;
  /** Jobs that wait or are in flight, those for later included. */
  depth(): Promise<Readonly<Record<QueueName, number>>>;
  /** For readiness. Rejects when the backend is away. */
  check(): Promise<QueueState>;
  /** Closes the consumers, each of which waits for its jobs in flight; then waits until the last jobs are enqueued. */
  close(): Promise<void>;
};

export type QueueSettings = {
  /** Redis when set; otherwise PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly database: Pick<Database, 'pool'>;
  readonly listener: Listener;
  readonly log: Log;
  /** On PostgreSQL, how often a consumer looks for rows whose job was lost, in milliseconds. */
  readonly sweepMs?: number;
};

const SWEEP_MS = 5_000;
const TROUBLE_INTERVAL_MS = 5_000;

/** A backend that is away fails often: it is logged once in five seconds. */
function troubleLog(log: Log): (err: unknown) => void {
  let loggedAt = Number.NEGATIVE_INFINITY;
  return (err) => {
    const now = performance.now();
    if (now - loggedAt < TROUBLE_INTERVAL_MS) return;
    loggedAt = now;
    log.warn({ err }, 'queue trouble');
  };
}

/** Logs at start what is wrong with the backend. A process starts while its backend is away. */
async function logState(backend: QueueBackend, log: Log): Promise<void> {
  try {
    const { detail, warnings } = await backend.check();
    for (const warning of warnings) log.warn({ ...detail, warning }, 'queue backend');
  } catch (err) {
    log.warn({ err, backend: backend.kind }, 'queue backend is away');
  }
}

async function openBackend(settings: QueueSettings): Promise<QueueBackend> {
  const { redisUrl, database, listener, log, sweepMs = SWEEP_MS } = settings;
  const reporting = { log, onTrouble: troubleLog(log) };
  if (redisUrl === undefined)
    return openPostgresQueue({ ...reporting, pool: database.pool, listener, sweepMs });
  // BullMQ takes memory and time to load, in each process.
  const { openRedisQueue } = await import('./redis-queue.ts');
  return openRedisQueue({ ...reporting, redisUrl });
}

export async function openQueues(settings: QueueSettings): Promise<Queues> {
  const { log } = settings;
  const backend = await openBackend(settings);
  const consumers: Consumer[] = [];
  const enqueueing = new Set<Promise<void>>();
  let isClosed = false;
  await logState(backend, log);
  return {
    jobs: {
      async enqueue(queue, ids, at) {
        if (isClosed) throw new Error('The queues are closed');
        if (ids.length === 0) return;
        const enqueued = backend.enqueue(queue, ids, at);
        enqueueing.add(enqueued);
        await enqueued.finally(() => enqueueing.delete(enqueued));
      },
    },
    consume(queue, options) {
      const consumer = backend.consume(queue, options);
      consumers.push(consumer);
      return consumer;
    },
    depth: () => backend.depth(),
    check: () => backend.check(),
    async close() {
      // Jobs in flight may enqueue others.
      await Promise.all(consumers.map((consumer) => consumer.close()));
      isClosed = true;
      await Promise.allSettled(enqueueing);
      await backend.close();
    },
  };
}
