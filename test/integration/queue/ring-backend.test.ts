import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { workerOptions } from '@waybill/io/queue/backend';
import { migrateQueues } from '@waybill/io/queue/migrate-queues';
import { openQueues, type Queues } from '@waybill/io/queue/queues';
import { createRingBackend } from '@waybill/io/queue/ring-backend';
import { createPostgresBackend, type JobsOptions, PostgresConnection, Queue, Worker } from 'bullmq';
import { type PostgresServer, startPostgres } from './postgres-server.ts';
import { anId, log, until } from './queue-contract.ts';

// What this product does to BullMQ's rows must be what BullMQ does to them: these tests fail when an upgrade changes that.

let server: PostgresServer;
let connection: PostgresConnection;
let pool: PostgresConnection['pool'];
before(async () => {
  server = await startPostgres();
  await migrateQueues(server.url);
  connection = new PostgresConnection({ connectionString: server.url, max: 8 });
  pool = connection.pool;
});
after(async () => {
  await connection.close();
  await server.close();
});

async function openHere(context: TestContext): Promise<Queues> {
  const queues = await openQueues({ redisUrl: undefined, databaseUrl: server.url, log });
  context.after(() => queues.close());
  return queues;
}

/** The queue of `accepted` as BullMQ itself would open it. */
function plainQueue(context: TestContext) {
  const queue = new Queue('waybill-accepted', { connection: pool }, createPostgresBackend);
  context.after(() => queue.close());
  return queue;
}

const rowOf = async (id: string): Promise<Record<string, unknown>> => {
  const { rows } = await pool.query(`SELECT to_jsonb(job) - 'seq' - 'id' AS row FROM job WHERE id = $1`, [
    id,
  ]);
  return rows[0]?.row ?? assert.fail(`no row ${id}`);
};

const aRing = (id: string, opts: JobsOptions = {}) => ({
  name: 'ring',
  data: { ids: [id] },
  opts: { jobId: id, attempts: 1, removeOnComplete: true, timestamp: 1_700_000_000_000, ...opts },
});

for (const [what, opts] of [
  ['now', {}],
  ['later', { delay: 60_000 }],
] as const)
  test(`a ring for ${what} is the row that BullMQ itself writes`, async (t) => {
    const ours = new Queue('waybill-accepted', { connection: pool }, createRingBackend);
    t.after(() => ours.close());
    const [one, two] = [anId(), anId()];
    await plainQueue(t).addBulk([aRing(one, opts)]);
    await ours.addBulk([aRing(two, opts)]);
    const neutral = (row: Record<string, unknown>, id: string) =>
      JSON.parse(JSON.stringify(row).replaceAll(id, 'ID'));
    assert.deepEqual(neutral(await rowOf(two), two), neutral(await rowOf(one), one));
    await pool.query('DELETE FROM job');
  });

test('jobs with a priority go the way of BullMQ', async (t) => {
  const ours = new Queue('waybill-accepted', { connection: pool }, createRingBackend);
  t.after(() => ours.close());
  const id = anId();
  await ours.addBulk([aRing(id, { priority: 3 })]);
  assert.equal((await rowOf(id)).priority, 3);
  await pool.query('DELETE FROM job');
});

test('a plain worker of BullMQ hears our rings, and we hear those of a plain queue', async (t) => {
  const queues = await openHere(t);
  const [one, two] = [anId(), anId()];
  const heard: string[] = [];
  await queues.jobs.enqueue('accepted', [one]);
  const worker = new Worker(
    'waybill-accepted',
    async (job) => void heard.push(...job.data.ids),
    { connection: pool, ...workerOptions, autorun: true },
    createPostgresBackend,
  );
  await until(() => heard.includes(one));
  await worker.close();
  queues.consume('accepted', { concurrency: 2, handle: async (id) => void heard.push(id) });
  await plainQueue(t).addBulk([aRing(two)]);
  await until(() => heard.includes(two));
  await until(async () => (await queues.depth()).accepted === 0);
});

test('two processes share what waits, and each ring is heard once', async (t) => {
  const heard: string[] = [];
  const ids: readonly string[] = Array.from({ length: 400 }, anId);
  for (let process = 0; process < 2; process++) {
    const queues = await openHere(t);
    const handle = async (id: string): Promise<void> => {
      heard.push(id);
      await wait(2);
    };
    await queues.consume('delivery', { concurrency: 10, handle }).ready;
  }
  const ringing = await openHere(t);
  await Promise.all(ids.map((id) => ringing.jobs.enqueue('delivery', [id])));
  await until(async () => (await ringing.depth()).delivery === 0, 15_000);
  assert.deepEqual(heard.toSorted(), ids.toSorted());
});

test('closing gives back what was taken and not begun', async (t) => {
  const queues = await openHere(t);
  const ids = Array.from({ length: 40 }, anId);
  // One after the other: rung together they would share rings.
  for (const id of ids) await queues.jobs.enqueue('webhook', [id]);
  const heard: string[] = [];
  const handle = async (id: string): Promise<void> => {
    heard.push(id);
    await wait(20);
  };
  const first = queues.consume('webhook', { concurrency: 8, handle });
  await until(() => heard.length > 0);
  await first.close();
  const { rows } = await pool.query(
    `SELECT state, count(*)::int AS n FROM job WHERE queue = 'waybill-webhook' GROUP BY state`,
  );
  assert.deepEqual(rows, [{ state: 'waiting', n: 40 - heard.length }]);
  queues.consume('webhook', { concurrency: 8, handle });
  await until(() => heard.length === 40);
  assert.deepEqual(heard.toSorted(), ids.toSorted());
});

test('a ring whose worker died is heard by another', async (t) => {
  const queues = await openHere(t);
  const id = anId();
  await queues.jobs.enqueue('report', [id]);
  // As a worker that was killed leaves it, seen by an earlier check.
  await pool.query(
    `UPDATE job SET state = 'active', lock_token = 'dead', locked_until_ms = 0, stalled_marked = true
      WHERE id = $1`,
    [id],
  );
  await pool.query(`DELETE FROM meta WHERE field = 'stalled-check'`);
  const heard: string[] = [];
  queues.consume('report', { concurrency: 1, handle: async (one) => void heard.push(one) });
  await until(() => heard.includes(id));
});

test('a ring that somebody else took meanwhile is theirs, and the worker goes on', async (t) => {
  const queues = await openHere(t);
  const [one, two] = [anId(), anId()];
  const heard: string[] = [];
  const handle = async (id: string): Promise<void> => {
    heard.push(id);
    if (id === one) await pool.query(`UPDATE job SET lock_token = 'other' WHERE id = $1`, [one]);
  };
  queues.consume('report', { concurrency: 1, handle });
  await queues.jobs.enqueue('report', [one]);
  await until(() => heard.includes(one));
  await queues.jobs.enqueue('report', [two]);
  await until(() => heard.includes(two));
  assert.equal((await rowOf(one)).lock_token, 'other');
  await pool.query('DELETE FROM job');
});

test('a queue that an operator paused with BullMQ is left alone until it goes on', async (t) => {
  const plain = plainQueue(t);
  const queues = await openHere(t);
  await plain.pause();
  const heard: string[] = [];
  queues.consume('accepted', { concurrency: 1, handle: async (id) => void heard.push(id) });
  const id = anId();
  await queues.jobs.enqueue('accepted', [id]);
  await wait(300);
  assert.equal(heard.length, 0);
  await plain.resume();
  await until(() => heard.includes(id), 8_000);
});

test('a ring far behind the others, of which no bell told, is heard within seconds', async (t) => {
  const queues = await openHere(t);
  await pool.query(`SELECT setval('job_seq', 1000000)`);
  const heard: string[] = [];
  queues.consume('accepted', { concurrency: 1, handle: async (id) => void heard.push(id) });
  const [one, two] = [anId(), anId()];
  await queues.jobs.enqueue('accepted', [one]);
  await until(() => heard.includes(one));
  await pool.query(
    `INSERT INTO job (queue, id, seq, name, state, data, added_at_ms)
     VALUES ('waybill-accepted', $1, 5, 'ring', 'waiting', jsonb_build_object('ids', ARRAY[$1::text]), 0)`,
    [two],
  );
  await until(() => heard.includes(two), 12_000);
});

test('rings write no events', async (t) => {
  const queues = await openHere(t);
  const count = async () => (await pool.query('SELECT count(*) FROM event')).rows;
  const from = await count();
  let heard = 0;
  const consumer = queues.consume('accepted', { concurrency: 5, handle: async () => void heard++ });
  for (let round = 0; round < 20; round++) await queues.jobs.enqueue('accepted', [anId()]);
  await until(() => heard === 20);
  await consumer.close();
  assert.deepEqual(await count(), from);
});
