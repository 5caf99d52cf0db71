import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import { openQueues, type Queues } from '@waybill/io/queue/queues';
import { anId, log, queueContract, until } from './queue-contract.ts';
import { hasRedisServer, type RedisServer, startRedis } from './redis-server.ts';

const noDatabase = 'postgresql://nobody@127.0.0.1:1/none';

let server: RedisServer;
async function openHere(context: TestContext, redisUrl = server.url): Promise<Queues> {
  const queues = await openQueues({ redisUrl, databaseUrl: noDatabase, log });
  context.after(() => queues.close());
  return queues;
}

function queuesOnRedis(): void {
  before(async () => {
    server = await startRedis();
  });
  after(() => server.close());

  queueContract('Redis', async () => ({ redisUrl: server.url, databaseUrl: noDatabase }));

  test('a Redis as production is told to run it has nothing to warn of', async (t) => {
    const queues = await openHere(t);
    assert.deepEqual((await queues.check()).warnings, []);
  });

  test('a Redis that evicts and forgets is told of', async (t) => {
    const careless = await startRedis(['--maxmemory-policy', 'allkeys-lru', '--save', '']);
    t.after(() => careless.close());
    const queues = await openHere(t, careless.url);
    const { ready, warnings } = await queues.check();
    assert.ok(ready);
    assert.equal(warnings.length, 2);
  });
}

function redisAway(): void {
  test('with Redis gone a ring fails soon, and all come back by themselves', async (t) => {
    const queues = await openHere(t);
    const heard: string[] = [];
    const consumer = queues.consume('report', { concurrency: 2, handle: async (id) => void heard.push(id) });
    await consumer.ready;
    await server.kill();
    const from = performance.now();
    await assert.rejects(queues.jobs.enqueue('report', [anId()]));
    assert.ok(performance.now() - from < 500);
    await server.start();
    const id = anId();
    await until(() =>
      queues.jobs.enqueue('report', [id]).then(
        () => true,
        () => false,
      ),
    );
    await until(() => heard.includes(id), 15_000);
  });

  test('with Redis silent a ring fails within seconds', async (t) => {
    const queues = await openHere(t);
    await queues.jobs.enqueue('accepted', [anId()]);
    server.freeze();
    const from = performance.now();
    try {
      await assert.rejects(queues.jobs.enqueue('accepted', [anId()]));
      assert.ok(performance.now() - from < 4_000);
    } finally {
      server.thaw();
    }
  });

  test('a process starts while Redis is away, and works when it comes', async (t) => {
    await server.kill();
    const queues = await openHere(t);
    const heard: string[] = [];
    queues.consume('webhook', { concurrency: 1, handle: async (id) => void heard.push(id) });
    await assert.rejects(queues.jobs.enqueue('webhook', [anId()]));
    await assert.rejects(queues.check());
    await server.start();
    const id = anId();
    await until(() =>
      queues.jobs.enqueue('webhook', [id]).then(
        () => true,
        () => false,
      ),
    );
    await until(() => heard.includes(id), 15_000);
  });
}

if (hasRedisServer()) {
  queuesOnRedis();
  redisAway();
} else
  test(
    'queues on Redis',
    { skip: 'left out: no redis-server on PATH; the Redis half of the queue suite did not run' },
    () => undefined,
  );
