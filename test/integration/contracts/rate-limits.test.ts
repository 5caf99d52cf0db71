/** Limits that hold over all processes: one contract for both stores. */
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { openRateLimits, type RateLimits } from '@waybill/io/rate-limit/rate-limiter';
import { rateLimit } from '../../../apps/api/src/rate-limit.ts';
import { loginThrottle, loginThrottleLimits } from '../../../apps/ingress/src/login-throttle.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../queue/redis-server.ts';

const log = openLog({ level: 'silent', name: 'test' });
const limits = { ...loginThrottleLimits, perUserAndAddress: 3, perUser: 5, perAddress: 50 };

type Open = (context: TestContext) => RateLimits;

const attempt = (username: string, ip = '192.0.2.1') => ({ username, ip, at: new Date() });

function logins(open: Open): void {
  test('failed logins are counted over all processes, and each locks after its next failure', async (t) => {
    const [one, other] = [loginThrottle(limits, open(t)), loginThrottle(limits, open(t))];
    assert.equal(await one.failed(attempt('shared')), 250);
    assert.equal(await other.failed(attempt('shared')), 500);
    assert.equal(await one.failed(attempt('shared')), 1_000);
    const lock = await one.lockOf(attempt('shared'));
    assert.equal(lock?.of, 'user');
    assert.equal(await other.lockOf(attempt('shared')), undefined);
    await other.failed(attempt('shared'));
    const lockThere = await other.lockOf(attempt('shared'));
    const apartMs = Math.abs((lockThere?.until.getTime() ?? 0) - (lock?.until.getTime() ?? 0));
    assert.ok(apartMs < 5_000, `the locks end ${apartMs} ms apart`);
  });

  test('a user that logged in over one process is not locked out of another by failures elsewhere', async (t) => {
    const [one, other] = [loginThrottle(limits, open(t)), loginThrottle(limits, open(t))];
    one.succeeded(attempt('owner'));
    for (let count = 0; count < 6; count++) await other.failed(attempt('owner', `198.51.100.${count}`));
    assert.equal((await other.lockOf(attempt('owner', '203.0.113.1')))?.of, 'user');
    await eventually('owner known', async () => !(await other.lockOf(attempt('owner'))) || undefined);
  });

  test('a successful login clears the failures before it in the store', async (t) => {
    const [one, other] = [loginThrottle(limits, open(t)), loginThrottle(limits, open(t))];
    await one.failed(attempt('typo'));
    await one.failed(attempt('typo'));
    one.succeeded(attempt('typo'));
    await eventually(
      'failures cleared',
      async () => (await other.failed(attempt('typo'))) === 250 || undefined,
    );
  });
}

function requests(open: Open): void {
  test('processes learn of the requests that other processes counted', async (t) => {
    const options = { name: 'test', quota: 80, windowMs: 3_600_000, now: () => new Date() };
    const [one, other] = [rateLimit(options, open(t)), rateLimit(options, open(t))];
    for (let count = 0; count < 80; count++) one.hit('key');
    assert.ok(one.isOver('key'));
    // Two hits fill a block of the other process, and the answer to its report names the hits of the first.
    await eventually('counts learned', async () => {
      other.hit('key');
      return other.isOver('key');
    });
    assert.ok(other.hit('key').isOver);
    assert.equal(other.hit('key').left, 0);
    assert.equal(other.isOver('another key'), undefined);
  });
}

function rateLimitContract(
  name: string,
  address: () => { redisUrl: string | undefined; databaseUrl: string },
): void {
  const open: Open = (context) => {
    const { redisUrl, databaseUrl } = address();
    const database = openDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'waybill test' });
    const rateLimits = openRateLimits({ redisUrl, database, log });
    context.after(async () => {
      await rateLimits.close();
      await database.close();
    });
    return rateLimits;
  };
  describe(`rate limits in ${name}`, () => {
    logins(open);
    requests(open);
  });
}

const noDatabase = 'postgresql://waybill@127.0.0.1:1/none';

describe('PostgreSQL', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.close());
  rateLimitContract('PostgreSQL', () => ({ redisUrl: undefined, databaseUrl: database.url }));
});

test('while the store is away a process counts by itself', async (t) => {
  const database = openDatabase({ url: noDatabase, applicationName: 'waybill test' });
  t.after(() => database.close());
  const throttle = loginThrottle(limits, openRateLimits({ redisUrl: undefined, database, log }));
  for (const delayMs of [250, 500, 1_000]) assert.equal(await throttle.failed(attempt('alone')), delayMs);
  assert.equal((await throttle.lockOf(attempt('alone')))?.of, 'user');
});

function limitsInRedis(): void {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.close());
  rateLimitContract('Redis', () => ({ redisUrl: server.url, databaseUrl: noDatabase }));
}

if (hasRedisServer()) describe('Redis', limitsInRedis);
else test('rate limits in Redis', { skip: 'left out: no redis-server on PATH' }, () => undefined);
