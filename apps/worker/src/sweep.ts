import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import { type JobProducer, type QueueName, queueNames, type Sweeper } from '@waybill/relay/ports';

export type SweepPorts = {
  readonly sweeper: Sweeper;
  readonly jobs: JobProducer;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
};

const LIMIT = 1_000;

async function sweepQueue(queue: QueueName, ports: SweepPorts): Promise<void> {
  const { sweeper, jobs, log, metrics } = ports;
  const now = ports.now();
  try {
    const ids = await sweeper.due(queue, now, LIMIT);
    if (ids.length === 0) return;
    await jobs.enqueue(queue, ids).catch(async (err: unknown) => {
      // Once the queue is back, the next round enqueues them, and not one most of a minute later.
      await sweeper.stillDue(queue, ids, now);
      throw err;
    });
    metrics.swept.inc({ queue }, ids.length);
    log.info({ queue, count: ids.length }, 'swept');
  } catch (err) {
    // The database or the queue is away. One queue's trouble must not keep the others from being swept.
    log.warn({ err, queue }, 'sweep failed');
  }
}

/** Enqueues rows that are due and whose job was lost. For Redis; on PostgreSQL the consumers take due rows. Several sweepers at a time are harmless. */
export async function sweep(ports: SweepPorts): Promise<void> {
  for (const queue of queueNames) await sweepQueue(queue, ports);
}
