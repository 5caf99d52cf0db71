import { type QueueName, queueNames } from '@waybill/relay/ports';
import { openBatcher } from '../concurrency/batcher.ts';
import type { Database } from '../postgres/connection/database.ts';
import type { Listener } from '../postgres/connection/listener.ts';
import { countOpen } from '../postgres/upkeep/due-rows.ts';
import {
  type BackendReporting,
  ENQUEUE_LINGER_MS,
  ENQUEUE_TIMEOUT_MS,
  MAX_BATCH,
  type QueueBackend,
} from './backend.ts';
import { openPostgresConsumer, type PostgresConsumer } from './postgres-consumer.ts';
import { type Job, notificationsOf } from './postgres-notices.ts';

export type PostgresQueueSettings = BackendReporting & {
  readonly pool: Database['pool'];
  readonly listener: Listener;
  readonly sweepMs: number;
};

const MAX_DEPTH = 100_000;

/** A transaction of its own that waits for no fsync: a NOTIFY inside the commit of mail would make those commits wait for each other. */
const notifySql = {
  name: 'notify-jobs',
  text: `
  SELECT pg_notify(channel, payload), set_config('synchronous_commit', 'off', true)
  FROM unnest($1::text[], $2::text[]) AS notification(channel, payload)`,
};

/** Jobs are ids in a NOTIFY. The rows are the truth: what a NOTIFY does not reach is found by looking at them. ADR 23. */
export function openPostgresQueue(settings: PostgresQueueSettings): QueueBackend {
  const { pool } = settings;
  const consumers = new Map<QueueName, PostgresConsumer>();
  const jobs = openBatcher<Job, void>({
    async flush(batch) {
      const notifications = notificationsOf(batch);
      await pool.query({
        ...notifySql,
        values: [notifications.map(({ channel }) => channel), notifications.map(({ payload }) => payload)],
      });
      return [];
    },
    maxItems: MAX_BATCH,
    timeoutMs: ENQUEUE_TIMEOUT_MS,
    lingerMs: ENQUEUE_LINGER_MS,
  });
  const notify = async (queue: QueueName, ids: readonly string[], at?: Date): Promise<void> => {
    await Promise.all(ids.map((id) => jobs.add({ queue, id, at })));
  };
  return {
    kind: 'postgres',
    async enqueue(queue, ids, at) {
      const consumer = consumers.get(queue);
      if (consumer) consumer.take(ids, at);
      else await notify(queue, ids, at);
    },
    consume(queue, options) {
      const opened = openPostgresConsumer({
        ...settings,
        queue,
        options,
        giveBack: (ids) => notify(queue, ids),
      });
      const consumer = {
        ...opened,
        close: () => {
          consumers.delete(queue);
          return opened.close();
        },
      };
      consumers.set(queue, consumer);
      return consumer;
    },
    depth: () => countOpen(pool, queueNames, MAX_DEPTH),
    async check() {
      await pool.query('SELECT 1');
      return { ready: true, detail: { backend: 'postgres' }, warnings: [] };
    },
    close: async () => undefined,
  };
}
