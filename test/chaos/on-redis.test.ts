/**
 * The same product with its queues on Redis: losing all of Redis delays mail and loses none. First attempts are the worker's here, so that
 * whatever kills or freezes a worker does it in the middle of them. All other apps share one process, so they die together.
 */
import { after, before, test } from 'node:test';
import { hasRedisServer, type RedisServer, startRedis } from '../integration/queue/redis-server.ts';
import { freePortOffset } from '../support/dev.ts';
import { frozenPastItsLease } from './faults/frozen.ts';
import { askedToGo } from './faults/graceful.ts';
import { killedAlone, killedTogether } from './faults/killed.ts';
import { runsOutOfMemory } from './faults/out-of-memory.ts';
import { poisoned } from './faults/poisoned.ts';
import { badRedisIsReported, redisFreezes, redisIsWiped, redisRestarts } from './faults/redis.ts';
import { type Installation, startInstallation } from './installation.ts';
import { assertAllKept } from './reckoning.ts';
import { scale } from './scale.ts';

const hasRedis = hasRedisServer();
let redis: RedisServer;
let installation: Installation;

if (!hasRedis)
  test(
    'faults with Redis',
    { skip: 'no redis-server here: F01, F02, F04, F05, F07 and F20 on Redis are left out' },
    () => undefined,
  );
else {
  before(async () => {
    redis = await startRedis();
    installation = await startInstallation({
      portOffset: await freePortOffset(),
      env: { REDIS_URL: redis.url },
    });
  });
  after(async () => {
    await installation?.stop();
    await redis.close();
  });

  if (scale.isLong) test('F01 each process is killed alone under load', (t) => killedAlone(t, installation));
  test('F02 everything is killed at once, PostgreSQL and Redis too', (t) =>
    killedTogether(t, installation, async () => {
      await redis.kill();
      await redis.start();
    }));
  test('F04 Redis restarts under load', (t) => redisRestarts(t, { installation, redis }));
  test('F04 Redis stands still under load', (t) => redisFreezes(t, { installation, redis }));
  test('F05 Redis is wiped with mail queued', (t) => redisIsWiped(t, { installation, redis }));
  test('F07 a Redis that may lose jobs is reported at start', () =>
    badRedisIsReported(installation.databaseUrl));
  test('F19 a worker sleeps past its lock', (t) => frozenPastItsLease(t, installation, 'worker'));
  if (scale.isLong) {
    test('F19 a worker runs out of memory', (t) => runsOutOfMemory(t, installation, 'worker'));
    test('F18 messages made to take a parser down', (t) => poisoned(t, installation));
    test('F20 each process is asked to go under load', (t) => askedToGo(t, installation));
  }
  test('all of it: nothing lost, nothing twice that was not said, nothing outside its end states', (t) =>
    assertAllKept(t, installation));
}
