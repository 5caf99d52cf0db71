import type { QueueName } from '@waybill/relay/ports';
import type { BulkRing, QueueBackend, RingQueue } from './backend.ts';
import { type Asked, type Ring, ringOptions, ringsOf } from './ring.ts';
import { type Batches, ringBatches } from './ring-batches.ts';

/** The ringing side: one BullMQ queue for each name, opened when first needed. */
export type Bells = {
  ring(queue: QueueName, asked: readonly Asked[]): Promise<void>;
  depthOf(queue: QueueName): Promise<number>;
  close(): Promise<void>;
};

const ringTimeoutMs = 3_000;
const batchSize = 500;
/** Only for what nobody waits for: a worker has its hands full until its rings have left. */
const gatherMs: Partial<Record<QueueName, number>> = { accepted: 5 };

const bulkRing = (ring: Ring): BulkRing => ({
  name: 'ring',
  data: { ids: ring.ids },
  opts: ringOptions(ring, Date.now()),
});

async function openQueue(
  backend: QueueBackend,
  queue: QueueName,
  trouble: (error: Error) => void,
): Promise<RingQueue> {
  const opened = backend.openQueue(queue);
  opened.on('error', trouble);
  try {
    await opened.waitUntilReady();
    return opened;
  } catch (error) {
    // BullMQ remembers a first failure for ever: the next ring gets a new one.
    await opened.close().catch(trouble);
    throw error;
  }
}

export function openBells(backend: QueueBackend, trouble: (error: Error) => void): Bells {
  const queues = new Map<QueueName, Promise<RingQueue>>();
  const batches = new Map<QueueName, Batches<Asked>>();

  const queueOf = (queue: QueueName): Promise<RingQueue> => {
    const known = queues.get(queue);
    if (known !== undefined) return known;
    const opening = openQueue(backend, queue, trouble);
    queues.set(queue, opening);
    opening.catch(() => queues.delete(queue));
    return opening;
  };
  const batchesOf = (queue: QueueName): Batches<Asked> => {
    const known = batches.get(queue);
    if (known !== undefined) return known;
    const send = async (asked: readonly Asked[]): Promise<void> => {
      await backend.prepare();
      await backend.add(await queueOf(queue), ringsOf(asked).map(bulkRing));
    };
    const fresh = ringBatches({
      send,
      maximum: batchSize,
      timeoutMs: ringTimeoutMs,
      gatherMs: gatherMs[queue] ?? 0,
    });
    batches.set(queue, fresh);
    return fresh;
  };
  return {
    ring: (queue, asked) => batchesOf(queue).send(asked),
    async depthOf(queue) {
      await backend.prepare();
      const byState = await (await queueOf(queue)).getJobCounts('waiting', 'active', 'delayed');
      return Object.values(byState).reduce((sum, count) => sum + count, 0);
    },
    async close() {
      // One that is still opening, because its backend is away, is ended with the backend's connections.
      const open = await Promise.all([...queues.values()].map((queue) => Promise.race([queue, undefined])));
      await Promise.all(open.map((queue) => queue?.close()));
    },
  };
}
