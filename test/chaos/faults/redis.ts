/** F04, F05, F07: the job queue is away, frozen, wiped, or badly set up. Mail waits for none of it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openLog } from '@waybill/io/log/log';
import { type RedisServer, startRedis } from '../../integration/queue/redis-server.ts';
import { openTestQueues } from '../../support/queues.ts';
import { type Installation, until } from '../installation.ts';
import type { Load } from '../load.ts';
import { underLoad } from '../load-on.ts';
import { longestSilence } from '../reckoning.ts';
import { scale } from '../scale.ts';

export type WithRedis = { readonly installation: Installation; readonly redis: RedisServer };

const SETTLE_MS = 700;
/** The 250 does not wait for the job queue. */
const MOST_SILENCE_MS = 3_000;

async function assertNoProcessDied(
  { dev }: Installation,
  before: Readonly<Record<string, number>>,
): Promise<void> {
  assert.deepEqual((await dev.reread()).processes, before, 'no process ended');
}

/** The job is lost, delayed or refused; the client still gets 250. */
async function awayUnderLoad(
  t: TestContext,
  { installation }: WithRedis,
  { name, away }: { readonly name: string; readonly away: () => Promise<void> },
): Promise<void> {
  const before = (await installation.dev.reread()).processes;
  const { result: silence } = await underLoad(t, installation, {
    name,
    fault: async ({ book }) => {
      await wait(SETTLE_MS);
      const from = Date.now();
      await away();
      const longest = longestSilence(book, from, Date.now());
      await wait(SETTLE_MS);
      return longest;
    },
  });
  t.diagnostic(`${name}: longest time without a 250 ${silence} ms`);
  assert.ok(silence < MOST_SILENCE_MS, `no 250 for ${silence} ms`);
  await assertNoProcessDied(installation, before);
}

export const redisRestarts = (t: TestContext, scene: WithRedis): Promise<void> =>
  awayUnderLoad(t, scene, {
    name: 'f04r',
    away: async () => {
      await scene.redis.kill();
      await wait(SETTLE_MS);
      await scene.redis.start();
    },
  });

export const redisFreezes = (t: TestContext, scene: WithRedis): Promise<void> =>
  awayUnderLoad(t, scene, {
    name: 'f04f',
    away: async () => {
      scene.redis.freeze();
      await wait(scale.redisFrozenMs);
      scene.redis.thaw();
    },
  });

/** Redis takes a bare line for a command. */
async function wipe({ redis }: WithRedis): Promise<void> {
  const socket = net.connect(Number(new URL(redis.url).port), '127.0.0.1');
  socket.write('FLUSHALL\r\n');
  const [answer] = await once(socket, 'data');
  assert.match(String(answer), /^\+OK/);
  socket.destroy();
}

/** Everything that was queued is enqueued again by the sweeper, from the rows. */
export async function redisIsWiped(t: TestContext, scene: WithRedis): Promise<void> {
  const { installation } = scene;
  const { sink } = installation;
  sink.isBusy = true;
  const wiped = async ({ book, ended }: Load): Promise<void> => {
    await ended;
    const depth = await queuedOf(installation);
    await wipe(scene);
    sink.isBusy = false;
    const began = performance.now();
    const arrived = (): number => [...book.accepted.keys()].filter((id) => sink.arrivals.has(id)).length;
    await until({
      what: 'all that was queued is delivered',
      seconds: 60,
      look: async () => arrived() === book.accepted.size,
      explain: async () => `${arrived()} of ${book.accepted.size}`,
    });
    t.diagnostic(
      `${depth} were open when Redis was wiped; all delivered after ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  };
  try {
    await underLoad(t, installation, {
      name: 'f05',
      load: { upTo: scale.queued, perClientPerSecond: 60 },
      fault: wiped,
      also: ({ duplicates }) => assert.equal(duplicates, 0),
    });
  } finally {
    sink.isBusy = false;
  }
}

async function queuedOf({ database }: Installation): Promise<number> {
  const { rows } = await database.pool.query<{ open: number }>(
    `SELECT (SELECT count(*)::integer FROM message WHERE state = 'accepted')
          + (SELECT count(*)::integer FROM delivery WHERE next_action_at IS NOT NULL) AS open`,
  );
  return rows[0]?.open ?? 0;
}

/** A Redis that would lose jobs is reported at start, in the log of every process, and by `/readyz`. */
export async function badRedisIsReported(databaseUrl: string): Promise<void> {
  const redis = await startRedis(['--appendonly', 'no', '--maxmemory-policy', 'allkeys-lru']);
  const lines: string[] = [];
  try {
    const log = openLog({ level: 'warn', name: 'chaos' }, { write: (line) => void lines.push(line) });
    const queues = await openTestQueues({ redisUrl: redis.url, databaseUrl }, log);
    const { ready, warnings } = await queues.check();
    await queues.close();
    assert.equal(ready, true, 'it works, and it is reported');
    assert.match(warnings.join(' '), /maxmemory-policy is allkeys-lru/);
    assert.match(warnings.join(' '), /appendonly is off/);
    assert.match(lines.join(''), /allkeys-lru/);
  } finally {
    await redis.close();
  }
}
