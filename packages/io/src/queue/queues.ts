import { type Doorbell, type QueueName, queueNames } from '@waybill/relay/ports';
import type { Log } from '../log/log.ts';
import type { BulkRing, QueueBackend, QueueState, RingQueue } from './backend.ts';
import { type ConsumeOptions, type Consumer, openConsumer } from './consumer.ts';
import { migrateQueues } from './migrate-queues.ts';
import { openPostgresBackend } from './postgres-backend.ts';
import { openRedisBackend } from './redis-backend.ts';
import { type Ring, ringOptions } from './ring.ts';
import { type Batches, ringBatches } from './ring-batches.ts';
import { quietly } from './trouble.ts';

export type Queues = {
  readonly doorbell: Doorbell;
  consume(queue: QueueName, options: ConsumeOptions): Consumer;
  /** Rings that wait or are being handled, those for later included. */
  depth(): Promise<Readonly<Record<QueueName, number>>>;
  /** For readiness. Rejects when the backend is away. */
  check(): Promise<QueueState>;
  /** Consumers first, each waiting for what it handles. */
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

const ringTimeoutMs = 3_000;
const batchSize = 500;

async function openBackend(settings: QueueSettings): Promise<QueueBackend> {
  if (settings.redisUrl !== undefined) return openRedisBackend(settings.redisUrl, settings.log);
  await migrateQueues(settings.databaseUrl);
  return openPostgresBackend({
    databaseUrl: settings.databaseUrl,
    log: settings.log,
    connections: settings.connections ?? 6,
  });
}

const bulkRing = (ring: Ring): BulkRing => ({
  name: 'ring',
  data: { id: ring.id },
  opts: ringOptions(ring, Date.now()),
});

/** Tells at start what is wrong with the backend. Its absence is no reason not to start: it may come later. */
async function tellState(backend: QueueBackend, log: Log): Promise<void> {
  try {
    const { detail, warnings } = await backend.check();
    for (const warning of warnings) log.warn({ ...detail, warning }, 'queue backend');
  } catch (err) {
    log.warn({ err, backend: backend.kind }, 'queue backend is away');
  }
}

type Bell = { readonly queue: RingQueue; readonly batches: Batches<Ring> };

function openBell(queue: RingQueue): Bell {
  const send = async (rings: readonly Ring[]): Promise<void> => {
    await queue.addBulk(rings.map(bulkRing));
  };
  return { queue, batches: ringBatches({ send, maximum: batchSize, timeoutMs: ringTimeoutMs }) };
}

export async function openQueues(settings: QueueSettings): Promise<Queues> {
  const { log } = settings;
  const backend = await openBackend(settings);
  const trouble = quietly((err) => log.warn({ err, backend: backend.kind }, 'queue trouble'));
  const bells = new Map<QueueName, Bell>();
  const consumers: Consumer[] = [];
  const bellOf = (queue: QueueName): Bell => {
    const known = bells.get(queue);
    if (known !== undefined) return known;
    const bell = openBell(backend.openQueue(queue));
    bell.queue.on('error', trouble);
    bells.set(queue, bell);
    return bell;
  };
  let closed = false;
  await tellState(backend, log);
  return {
    doorbell: {
      async ring(queue, ids, at) {
        if (closed) throw new Error('The queues are closed');
        if (ids.length > 0) await bellOf(queue).batches.send(ids.map((id) => ({ id, at })));
      },
    },
    consume(queue, options) {
      const consumer = openConsumer({ backend, queue, options, log, trouble });
      consumers.push(consumer);
      return consumer;
    },
    async depth() {
      const counts = queueNames.map(async (queue) => {
        const byState = await bellOf(queue).queue.getJobCounts('waiting', 'active', 'delayed');
        return [queue, Object.values(byState).reduce((sum, count) => sum + count, 0)] as const;
      });
      return Object.fromEntries(await Promise.all(counts)) as Record<QueueName, number>;
    },
    check: () => backend.check(),
    async close() {
      closed = true;
      await Promise.all(consumers.map((consumer) => consumer.close()));
      await Promise.all([...bells.values()].map((bell) => bell.queue.close()));
      await backend.close();
    },
  };
}
