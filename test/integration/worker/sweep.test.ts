import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sweeper } from '@waybill/io/postgres/upkeep/sweeper';
import type { JobProducer } from '@waybill/relay/ports';
import { every } from '../../../apps/worker/src/every.ts';
import { onAccepted } from '../../../apps/worker/src/on-accepted.ts';
import { sweep } from '../../../apps/worker/src/sweep.ts';
import { openTestDatabase } from '../../support/database.ts';
import { openTestQueues } from '../../support/queues.ts';
import { type Bench, openBench } from './bench.ts';

let bench: Bench;
let acme: string;
before(async () => {
  bench = await openBench();
  acme = await bench.addAccount('acme.test');
});
after(() => bench.close());

const minutesFromNow = (minutes: number): Date => new Date(Date.now() + minutes * 60_000);
const sweeping = (jobs: JobProducer, now: () => Date) => ({
  sweeper: sweeper(bench.database),
  jobs,
  now,
  log: bench.ports.log,
  metrics: bench.ports.metrics,
});

test('a message whose job was lost goes its whole way by sweeping, over real queues', async () => {
  const id = await bench.submit(acme);
  // Databases of tests share a server: the queues get one of their own, as the sweep is of all rows.
  const place = await openTestDatabase();
  const queues = await openTestQueues({ redisUrl: undefined, databaseUrl: place.url }, bench.ports.log);
  const prepared: string[] = [];
  const consumer = queues.consume('accepted', {
    concurrency: 2,
    handle: async (one) => {
      await onAccepted(one, bench.ports);
      prepared.push(one);
    },
  });
  await consumer.ready;
  await sweep(sweeping(queues.jobs, () => new Date()));
  assert.deepEqual(prepared, [], 'the job queue is given its time first');
  await sweep(sweeping(queues.jobs, () => minutesFromNow(1)));
  for (let tries = 0; tries < 100 && prepared.length === 0; tries++) await wait(20);
  await queues.close();
  await place.close();
  assert.deepEqual(prepared, [id]);
  assert.equal((await bench.message(id)).state, 'processed');
});

test('the pause grows with every run that failed', async () => {
  const id = await bench.submit(acme);
  const pauses: number[] = [];
  for (const runs of [0, 1, 2, 3, 4]) {
    await bench.query(
      `UPDATE message SET process_attempts = $2, next_action_at = now() - interval '1 second' WHERE id = $1`,
      [id, runs],
    );
    const now = new Date();
    assert.ok((await sweeper(bench.database).due('accepted', now, 1_000)).includes(id));
    pauses.push((await bench.message(id)).next_action_at - now.getTime());
  }
  for (const [index, pause] of pauses.slice(1).entries()) {
    assert.equal(pause, 2 * (pauses[index] ?? 0));
  }
});

test('a queue that cannot be enqueued does not keep the others from being swept, nor end the process', async () => {
  await bench.submit(acme);
  const enqueued: string[] = [];
  const jobs: JobProducer = {
    async enqueue(queue) {
      if (queue === 'accepted') throw new Error('away');
      enqueued.push(queue);
    },
  };
  const prepared = await bench.submit(acme);
  await onAccepted(prepared, bench.ports);
  await sweep(sweeping(jobs, () => minutesFromNow(60)));
  assert.deepEqual(enqueued, ['delivery']);
});

test('what could not be enqueued is due in the next round, except what was handled in the meantime', async () => {
  const [lost, handled] = await Promise.all([bench.submit(acme), bench.submit(acme)]);
  const enqueued: string[] = [];
  let isAway = true;
  const jobs: JobProducer = {
    async enqueue(queue, ids) {
      if (!isAway) return void enqueued.push(...ids);
      if (queue !== 'accepted') return;
      await onAccepted(handled, bench.ports);
      throw new Error('no answer, and yet it was handled');
    },
  };
  const inTwoHours = minutesFromNow(120);
  await sweep(sweeping(jobs, () => inTwoHours));
  isAway = false;
  await sweep(sweeping(jobs, () => new Date(inTwoHours.getTime() + 1_000)));
  assert.ok(enqueued.includes(lost), 'it did not have to wait for the pause after a sweep');
  assert.ok(!enqueued.includes(handled));
  assert.equal((await bench.message(handled)).state, 'processed');
});

test('rounds begin at once, follow each other, never overlap, and end when told', async () => {
  let running = 0;
  let most = 0;
  let count = 0;
  const work = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await wait(5);
    running--;
    count++;
  };
  const rounds = every(5, work, bench.ports.log);
  assert.equal(running, 1);
  await wait(100);
  await rounds.close();
  const ended = count;
  await wait(30);
  assert.ok(ended >= 3);
  assert.equal(count, ended);
  assert.equal(most, 1);
});
