/** Permits that processes share: one contract for both stores. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Permit } from '@waybill/relay/delivery/permits';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { hasRedisServer, type RedisServer, startRedis } from '../queue/redis-server.ts';
import { type Holder, openPermitsAt } from './permit-stores.ts';

const WAIT_MS = 10_000;
const HOLDER_FILE = fileURLToPath(new URL('permit-holder.ts', import.meta.url));

type Open = (context: TestContext, now?: () => number) => Holder;

async function takeMany(
  { permits }: Holder,
  request: { key: string; limit: number },
  count: number,
): Promise<Permit[]> {
  const taken = await Promise.all(Array.from({ length: count }, () => permits.take([request], WAIT_MS)));
  return taken.filter((permit) => permit !== undefined);
}

function limits(open: Open): void {
  for (const limit of [1, 3, 7])
    test(`two processes with constant demand share ${limit} permits, and never use more`, async (t) => {
      const request = { key: `shared ${limit}`, limit };
      // A process that holds all permits learns at its next heartbeat, within a second, that the other one wants some.
      const fairFrom = performance.now() + 1_500;
      const end = fairFrom + 3_000;
      let inUse = 0;
      let most = 0;
      const work = async ({ permits }: Holder): Promise<number> => {
        let done = 0;
        while (performance.now() < end) {
          const permit = await permits.take([request], WAIT_MS);
          assert.ok(permit);
          inUse += 1;
          most = Math.max(most, inUse);
          await wait(5);
          inUse -= 1;
          permit.release();
          if (performance.now() > fairFrom) done += 1;
        }
        return done;
      };
      const workers = (holder: Holder) => Promise.all(Array.from({ length: 10 }, () => work(holder)));
      const counts = await Promise.all([workers(open(t)), workers(open(t))]);
      assert.equal(most, limit);
      const [one = 0, other = 0] = counts.map((done) => done.reduce((sum, each) => sum + each, 0));
      assert.ok(Math.min(one, other) * 4 > Math.max(one, other), `unfair: ${one} and ${other}`);
    });

  test('a permit for all requests or for none', async (t) => {
    const [one, other] = [open(t), open(t)];
    const [narrow, wide] = [
      { key: 'narrow', limit: 1 },
      { key: 'wide', limit: 2 },
    ];
    const first = await one.permits.take([narrow, wide], WAIT_MS);
    assert.ok(first);
    assert.equal(await other.permits.take([narrow, wide], 300), undefined);
    assert.ok(await other.permits.take([wide], WAIT_MS), 'the refused request left nothing behind');
    first.release();
    first.release();
    assert.equal(await one.permits.take([{ key: 'none', limit: 0 }], 10), undefined);
  });

  test('a limit per second counts over all processes', async (t) => {
    const request = { key: 'per second', limit: 100, perSecond: 10 };
    const from = performance.now();
    const taken = await Promise.all([open(t), open(t)].map((holder) => takeMany(holder, request, 13)));
    assert.equal(taken.flat().length, 26);
    // 26 takes reach into a third second of the store, however late in the first one they began.
    assert.ok(performance.now() - from > 1_000);
  });
}

function costs(open: Open): void {
  test('a key in use costs no claim for each permit', async (t) => {
    const { permits, store } = open(t);
    const from = performance.now();
    for (let round = 0; round < 500; round++) {
      const permit = await permits.take([{ key: 'known', limit: 20 }], WAIT_MS);
      permit?.release();
    }
    const heartbeats = (performance.now() - from) / 1_000;
    assert.ok(store.claims <= 2 + heartbeats, `${store.claims} claims`);
  });

  test('permits that are not used go back, and then nothing runs', async (t) => {
    const [one, other] = [open(t), open(t)];
    const request = { key: 'given back', limit: 8 };
    for (const permit of await takeMany(one, request, 8)) permit.release();
    await wait(9_000);
    const before = one.store.claims;
    await wait(2_500);
    assert.equal(one.store.claims, before);
    assert.equal((await takeMany(other, request, 8)).length, 8);
  });
}

function wanting(open: Open): void {
  test('a process learns that another one wants its permits, and what it gives back reaches the other', async (t) => {
    const [one, other] = [open(t), open(t)];
    const request = { key: 'wanted', limit: 3 };
    const held = await takeMany(one, request, 3);
    assert.equal(held.length, 3);
    const wanted: string[] = [];
    one.permits.onWanted((key) => {
      wanted.push(key);
      held.pop()?.release();
    });
    assert.ok(await other.permits.take([request], WAIT_MS));
    assert.ok(wanted.includes('wanted'));
  });
}

function deaths(open: Open, url: () => string): void {
  test('the permits of a process that was killed come back', async (t) => {
    const child = fork(HOLDER_FILE, [url(), 'orphaned', '4', '4']);
    t.after(() => child.kill('SIGKILL'));
    await once(child, 'message');
    const holder = open(t);
    const request = { key: 'orphaned', limit: 4 };
    assert.equal(await holder.permits.take([request], 200), undefined);
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    assert.ok(await holder.permits.take([request], 17_000));
    assert.equal((await takeMany(holder, request, 3)).length, 3);
  });

  test('with the store away a process keeps what it borrowed, and then uses a quarter of the limit', async (t) => {
    let skippedMs = 0;
    const holder = open(t, () => performance.now() + skippedMs);
    const request = { key: 'away', limit: 8 };
    const held = await takeMany(holder, request, 3);
    holder.store.isAway = true;
    held.pop()?.release();
    assert.ok(await holder.permits.take([request], 0), 'borrowed before');
    skippedMs = 16_000;
    for (const permit of held) permit.release();
    // Two of the limit of eight, of which the one taken last is still in use.
    assert.ok(await holder.permits.take([request], WAIT_MS));
    assert.equal(await holder.permits.take([request], 50), undefined);
    holder.store.isAway = false;
    assert.equal((await takeMany(holder, request, 6)).length, 6);
  });
}

function permitContract(name: string, url: () => string): void {
  const open: Open = (context, now) => {
    const holder = openPermitsAt(url(), now);
    context.after(() => holder.permits.close());
    return holder;
  };
  describe(`permits in ${name}`, { concurrency: true }, () => {
    limits(open);
    costs(open);
    wanting(open);
    deaths(open, url);
  });
}

describe('PostgreSQL', () => {
  let database: TestDatabase;
  before(async () => {
    database = await openTestDatabase();
  });
  after(() => database.close());
  permitContract('PostgreSQL', () => database.url);
});

function permitsInRedis(): void {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });
  after(() => server.close());
  permitContract('Redis', () => server.url);
}

if (hasRedisServer()) describe('Redis', permitsInRedis);
else test('permits in Redis', { skip: 'left out: no redis-server on PATH' }, () => undefined);
