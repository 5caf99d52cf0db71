import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { migrate } from '@waybill/io/postgres/migrations/migrate';
import type { Queues } from '@waybill/io/queue/queues';
import pg from 'pg';
import { migrationsFolder } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { openTestQueues } from '../../support/queues.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { queueContract, someIds } from './queue-contract.ts';

let server: PostgresServer;
let pool: pg.Pool;

const query = async (text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> =>
  (await pool.query(text, [...values])).rows;

const saveReports = async (ids: readonly string[], dueAt: Date): Promise<void> =>
  void (await query(
    `INSERT INTO report (id, bytes, received_at, next_action_at) SELECT id, '', now(), $2 FROM unnest($1::uuid[]) AS t(id)
     ON CONFLICT (id) DO NOTHING`,
    [ids, dueAt],
  ));
const finishReport = async (id: string): Promise<void> =>
  void (await query('UPDATE report SET next_action_at = NULL WHERE id = $1', [id]));
const empty = async (): Promise<void> => void (await query('DELETE FROM report'));

async function openHere(context: TestContext): Promise<Queues> {
  const queues = await openTestQueues({ redisUrl: undefined, databaseUrl: server.url });
  let closing: Promise<void> | undefined;
  const once = { ...queues, close: () => (closing ??= queues.close()) };
  context.after(once.close);
  return once;
}

before(async () => {
  server = await startPostgres();
  pool = new pg.Pool({ connectionString: server.url, max: 4 });
  // The server is stopped by a test.
  pool.on('error', () => undefined);
  await migrate(server.url, migrationsFolder, new Date());
});
after(async () => {
  await pool.end();
  await server.close();
});

queueContract('PostgreSQL', async () => ({
  redisUrl: undefined,
  databaseUrl: server.url,
  saveReports,
  finishReport,
  empty,
}));

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);

test('rows that fall due while no job was enqueued are handled at their time, each once', async (t) => {
  await empty();
  const ids = someIds(30);
  await saveReports(ids, inSeconds(1));
  const handled: string[] = [];
  const handle = async (id: string): Promise<void> => {
    handled.push(id);
    await finishReport(id);
  };
  // The second one takes no row that is not due yet: its job may be in the memory of the first.
  for (const queues of [await openHere(t), await openHere(t)])
    await queues.consume('report', { concurrency: 2, handle }).ready;
  await eventually(
    () => `${handled.length} of 30`,
    () => new Set(handled).size === 30,
    10,
  );
});

test('a row whose handler failed is due again after a pause, and not at once', async (t) => {
  await empty();
  const [id = ''] = someIds(1);
  await saveReports([id], inSeconds(-1));
  const queues = await openHere(t);
  let runs = 0;
  const handle = async (): Promise<void> => {
    runs += 1;
    throw new Error('broken');
  };
  await queues.consume('report', { concurrency: 2, handle }).ready;
  await eventually('handled', () => runs > 0);
  await wait(500);
  assert.equal(runs, 1);
  const [row] = await query('SELECT next_action_at FROM report WHERE id = $1', [id]);
  assert.ok((row?.next_action_at as Date) > inSeconds(30));
});

test('more jobs than memory holds are all handled, the oldest first', async (t) => {
  await empty();
  const [producer, consumer] = [await openHere(t), await openHere(t)];
  const left = new Set(someIds(25_000));
  const released = Promise.withResolvers<void>();
  const handle = async (id: string): Promise<void> => {
    await released.promise;
    left.delete(id);
  };
  await consumer.consume('report', { concurrency: 500, handle }).ready;
  const all = [...left];
  await saveReports(all, inSeconds(30));
  for (let from = 0; from < all.length; from += 5_000)
    await producer.jobs.enqueue('report', all.slice(from, from + 5_000));
  released.resolve();
  await eventually(
    () => `${left.size} are left`,
    () => left.size === 0,
    60,
  );
});

test('a process that died takes no jobs from then on, and the jobs it had are handled when they are due', async (t) => {
  await empty();
  const [producer, consumer] = [await openHere(t), await openHere(t)];
  const handled = new Set<string>();
  const handle = async (id: string): Promise<void> => {
    handled.add(id);
    await finishReport(id);
  };
  await consumer.consume('report', { concurrency: 5, handle }).ready;
  const other = new pg.Client({ connectionString: server.url });
  await other.connect();
  await other.query("SELECT pg_advisory_lock_shared(728304197, 2), pg_notify('waybill_report', 'members')");
  const [before, after] = [someIds(100), someIds(100)];
  await saveReports(before, inSeconds(3));
  await producer.jobs.enqueue('report', before);
  await eventually('some are handled', () => handled.size > 20);
  await wait(300);
  assert.ok(handled.size < 80, 'the other process has its part');
  // Without a word, as a process ends that is killed.
  await other.end();
  await wait(1_100);
  await producer.jobs.enqueue('report', after);
  await eventually('the later jobs', () => after.every((id) => handled.has(id)), 1);
  await eventually('the earlier jobs', () => before.every((id) => handled.has(id)), 5);
});

test('a process that enqueues and consumes needs one connection to listen, and none besides its pool', async (t) => {
  await empty();
  const before = await query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'waybill%'`,
  );
  const queues = await openHere(t);
  const consumers = (['accepted', 'report'] as const).map((queue) =>
    queues.consume(queue, { concurrency: 20, handle: async () => undefined }),
  );
  await Promise.all(consumers.map((consumer) => consumer.ready));
  await Promise.all(someIds(300).map((id) => queues.jobs.enqueue('delivery', [id])));
  const [row] = await query(
    `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'waybill%'`,
  );
  assert.ok(Number(row?.n) - Number(before[0]?.n) <= 3, `${row?.n} connections`);
});

test('with PostgreSQL away enqueuing fails soon, and consumers come back by themselves', async (t) => {
  await empty();
  const [producer, consumer] = [await openHere(t), await openHere(t)];
  const handled: string[] = [];
  await consumer.consume('report', { concurrency: 2, handle: async (id) => void handled.push(id) }).ready;
  await server.stop();
  const from = performance.now();
  await assert.rejects(producer.jobs.enqueue('report', someIds(1)));
  assert.ok(performance.now() - from < 4_000);
  await server.start();
  const [id = ''] = someIds(1);
  await saveReports([id], inSeconds(30));
  await producer.jobs.enqueue('report', [id]);
  await eventually('handled', () => handled.includes(id));
});
