import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { migrateQueues } from '@waybill/io/queue/migrate-queues';
import { openQueues, type Queues } from '@waybill/io/queue/queues';
import pg from 'pg';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { anId, log, queueContract, until } from './queue-contract.ts';

let server: PostgresServer;
const query = async (sql: string): Promise<Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
};

async function openHere(context: TestContext): Promise<Queues> {
  const queues = await openQueues({ redisUrl: undefined, databaseUrl: server.url, log });
  context.after(() => queues.close());
  return queues;
}

before(async () => {
  server = await startPostgres();
});
after(() => server.close());

test('six processes that start at once make the schema once', async () => {
  await Promise.all(Array.from({ length: 6 }, () => migrateQueues(server.url)));
  const rows = await query(
    'SELECT version, count(*)::int AS n FROM bullmq.migration GROUP BY version HAVING count(*) > 1',
  );
  assert.deepEqual(rows, []);
});

queueContract('PostgreSQL', async () => ({ redisUrl: undefined, databaseUrl: server.url }));

test('a process that rings four queues and hears two holds few connections', async (t) => {
  const queues = await openHere(t);
  const consumers = (['accepted', 'report'] as const).map((queue) =>
    queues.consume(queue, { concurrency: 20, handle: async () => undefined }),
  );
  await Promise.all(consumers.map((consumer) => consumer.ready));
  const ids = Array.from({ length: 300 }, anId);
  await Promise.all(ids.map((id, index) => queues.jobs.enqueue(index % 2 ? 'accepted' : 'delivery', [id])));
  await until(async () => (await queues.depth()).accepted === 0);
  const [row] = await query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'waybill-%'`,
  );
  assert.ok(Number(row?.n) <= 6, `${row?.n} connections`);
});

test('with PostgreSQL away a ring fails soon, and consumers come back by themselves', async (t) => {
  const queues = await openHere(t);
  await queues.jobs.enqueue('report', [anId()]);
  const heard: string[] = [];
  const consumer = queues.consume('report', { concurrency: 2, handle: async (id) => void heard.push(id) });
  await consumer.ready;
  await server.stop();
  const from = performance.now();
  await assert.rejects(queues.jobs.enqueue('report', [anId()]));
  assert.ok(performance.now() - from < 4_000);
  // Also for a queue that was never rung before.
  await assert.rejects(queues.jobs.enqueue('webhook', [anId()]));
  await server.start();
  await queues.jobs.enqueue('webhook', [anId()]);
  const id = anId();
  await queues.jobs.enqueue('report', [id]);
  await until(() => heard.includes(id), 15_000);
});
