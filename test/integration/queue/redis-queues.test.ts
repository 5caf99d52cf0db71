import assert from 'node:assert/strict';
import { after, before, type TestContext, test } from 'node:test';
import type { Queues } from '@waybill/io/queue/queues';
import { eventually } from '../../support/eventually.ts';
import { openTestQueues } from '../../support/queues.ts';
import { queueContract, someIds } from './queue-contract.ts';
import { hasRedisServer, type RedisServer, startRedis } from './redis-server.ts';

const noDatabase = 'postgresql://absent@127.0.0.1:1/none';

let server: RedisServer;
async function openHere(context: TestContext, redisUrl = server.url): Promise<Queues> {
  const queues = await openTestQueues({ redisUrl, databaseUrl: noDatabase });
  context.after(() => queues.close());
  return queues;
}

function queuesOnRedis(): void {
  before(async () => {
    server = await startRedis();
  });
  after(() => server.close());

  queueContract('Redis', async () => ({
    redisUrl: server.url,
    databaseUrl: noDatabase,
    saveReports: async () => undefined,
    finishReport: async () => undefined,
    empty: () => server.empty(),
  }));

  test('a Redis with the settings that production asks for gives no warning', async (t) => {
    const queues = await openHere(t);
    assert.deepEqual((await queues.check()).warnings, []);
  });

  test('a Redis that evicts and forgets gives warnings', async (t) => {
    const careless = await startRedis(['--maxmemory-policy', 'allkeys-lru', '--save', '']);
    t.after(() => careless.close());
    const queues = await openHere(t, careless.url);
    const { ready, warnings } = await queues.check();
    assert.ok(ready);
    assert.equal(warnings.length, 2);
  });
}

function redisAway(): void {
  test('with Redis gone enqueuing fails soon, and consumers come back by themselves', async (t) => {
    const queues = await openHere(t);
    const handled: string[] = [];
    const consumer = queues.consume('report', {
      concurrency: 2,
      handle: async (id) => void handled.push(id),
    });
    await consumer.ready;
    await server.kill();
    const from = performance.now();
    await assert.rejects(queues.jobs.enqueue('report', someIds(1)));
    assert.ok(performance.now() - from < 500);
    await server.start();
    const [id = ''] = someIds(1);
    await eventually('enqueued', () =>
      queues.jobs.enqueue('report', [id]).then(
        () => true,
        () => false,
      ),
    );
    await eventually('handled', () => handled.includes(id));
  });

  test('with Redis silent enqueuing fails within seconds', async (t) => {
    const queues = await openHere(t);
    await queues.jobs.enqueue('accepted', someIds(1));
    server.freeze();
    const from = performance.now();
    try {
      await assert.rejects(queues.jobs.enqueue('accepted', someIds(1)));
      assert.ok(performance.now() - from < 4_000);
    } finally {
      server.thaw();
    }
  });

  test('a process starts while Redis is away, and works when it comes', async (t) => {
    await server.kill();
    const queues = await openHere(t);
    const handled: string[] = [];
    queues.consume('delivery', { concurrency: 1, handle: async (id) => void handled.push(id) });
    await assert.rejects(queues.jobs.enqueue('delivery', someIds(1)));
    await assert.rejects(queues.check());
    await server.start();
    const [id = ''] = someIds(1);
    await eventually('enqueued', () =>
      queues.jobs.enqueue('delivery', [id]).then(
        () => true,
        () => false,
      ),
    );
    await eventually('handled', () => handled.includes(id));
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
