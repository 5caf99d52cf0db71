import { type JobProducer, type QueueName, queueNames } from '@waybill/relay/ports';
import type { Log } from '../log/log.ts';
import type { QueueBackend, QueueState } from './backend.ts';
import { openBells } from './bells.ts';
import { type ConsumeOptions, type Consumer, openConsumer } from './consumer.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';
import { quietly } from './trouble.ts';
import { underWay } from './under-way.ts';

export type Queues = {
  readonly jobs: JobProducer;
  consume(queue: QueueName, options: ConsumeOptions): Consumer;
  /** Rings that wait or are being handled, those for later included. */
  depth(): Promise<Readonly<Record<QueueName, number>>>;
  /** For readiness. Rejects when the backend is away. */
  check(): Promise<QueueState>;
  /** Consumers first, each waiting for what it handles; then rings that nobody awaited, for some seconds. */
  close(): Promise<void>;
};

export type QueueSettings = {
  /** Redis when set; otherwise PostgreSQL. */
  readonly redisUrl: string | undefined;
  readonly databaseUrl: string;
  readonly log: Log;
  /** At most this many PostgreSQL connections for the queues of this process. */
  readonly connections?: number;
};

/** A ring fails by itself after three seconds; one that came while another was on its way needs as long again. */
const RINGS_END_MS = 6_000;

function openBackend(settings: QueueSettings): QueueBackend {
  if (settings.redisUrl !== undefined) return openRedisBackend(settings.redisUrl, settings.log);
  return openPostgresBackend({
    databaseUrl: settings.databaseUrl,
    log: settings.log,
    connections: settings.connections ?? 6,
  });
}

/** Tells at start what is wrong with the backend. Its absence is no reason not to start: it may come later. */
async function tellState(backend: QueueBackend, log: Log): Promise<void> {
  try {
    const { detail, warnings } = await backend.check();
    for (const warning of warnings) log.warn({ ...detail, warning }, 'queue backend');
  } catch (err) {
    log.warn({ err, backend: backend.kind }, 'queue backend is away');
  }
}

export async function openQueues(settings: QueueSettings): Promise<Queues> {
  const { log } = settings;
  const backend = openBackend(settings);
  const trouble = quietly((err) => log.warn({ err, backend: backend.kind }, 'queue trouble'));
  const bells = openBells(backend, trouble);
  const consumers: Consumer[] = [];
  const rings = underWay();
  let closed = false;
  await tellState(backend, log);
  return {
    jobs: {
      async enqueue(queue, ids, at) {
        if (closed) throw new Error('The queues are closed');
        if (ids.length === 0) return;
        const all = ids.map((id) => ({ id, at }));
        await rings.add(bells.ring(queue, all));
      },
    },
    consume(queue, options) {
      const giveBack = (ids: readonly string[]): Promise<void> =>
        rings.add(
          bells.ring(
            queue,
            ids.map((id) => ({ id, at: undefined })),
          ),
        );
      const consumer = openConsumer({ backend, queue, options, log, trouble, giveBack });
      consumers.push(consumer);
      return consumer;
    },
    async depth() {
      const counts = queueNames.map(async (queue) => [queue, await bells.depthOf(queue)] as const);
      return Object.fromEntries(await Promise.all(counts)) as Record<QueueName, number>;
    },
    check: () => backend.check(),
    async close() {
      // What is still being handled may ring.
      await Promise.all(consumers.map((consumer) => consumer.close()));
      closed = true;
      await rings.ended(RINGS_END_MS);
      await bells.close();
      await backend.close();
    },
  };
}
