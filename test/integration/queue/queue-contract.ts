import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openLog } from '@waybill/io/log/log';
import { openQueues, type Queues } from '@waybill/io/queue/queues';
import { makeId } from '@waybill/relay/id';

export type QueuePlace = { readonly redisUrl: string | undefined; readonly databaseUrl: string };

export const log = openLog({ level: 'silent', name: 'test' });
export const anId = (): string => makeId(new Date(), randomBytes(10));

export async function until(isTrue: () => boolean | Promise<boolean>, withinMs = 5_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isTrue())) {
    assert.ok(performance.now() < end, `not so within ${withinMs} ms: ${isTrue}`);
    await wait(5);
  }
}

type Bench = { readonly place: () => QueuePlace; readonly openHere: () => Promise<Queues> };

function ringing({ openHere }: Bench): void {
  test('a ring in one process is heard in another within milliseconds', async () => {
    const ringing = await openHere();
    const hearing = await openHere();
    const heardAt = new Map<string, number>();
    const consumer = hearing.consume('accepted', {
      concurrency: 2,
      handle: async (id) => void heardAt.set(id, performance.now()),
    });
    await consumer.ready;
    const waits: number[] = [];
    for (let round = 0; round < 20; round++) {
      const id = anId();
      const rungAt = performance.now();
      await ringing.jobs.enqueue('accepted', [id]);
      await until(() => heardAt.has(id));
      waits.push((heardAt.get(id) ?? 0) - rungAt);
    }
    await consumer.close();
    const median = waits.sort((one, other) => one - other)[10] ?? Number.POSITIVE_INFINITY;
    assert.ok(median < 50, `median from ring to handling was ${median} ms`);
  });

  test('the same id rung many times while it waits is handled once', async () => {
    const queues = await openHere();
    const id = anId();
    await Promise.all(Array.from({ length: 20 }, () => queues.jobs.enqueue('delivery', [id, id])));
    await queues.jobs.enqueue('delivery', [id]);
    assert.equal((await queues.depth()).delivery, 1);
    const heard: string[] = [];
    const consumer = queues.consume('delivery', {
      concurrency: 5,
      handle: async (one) => void heard.push(one),
    });
    await until(async () => (await queues.depth()).delivery === 0);
    assert.deepEqual(heard, [id]);
    await queues.jobs.enqueue('delivery', [id]);
    await until(() => heard.length === 2);
    await consumer.close();
  });

  test('ringing nobody is nothing', async () => {
    const queues = await openHere();
    await queues.jobs.enqueue('accepted', []);
    assert.equal((await queues.depth()).accepted, 0);
  });
}

function times({ openHere }: Bench): void {
  test('a ring for later is heard then, not before, and not only when something else rings', async () => {
    const queues = await openHere();
    const heardAt: number[] = [];
    const consumer = queues.consume('webhook', {
      concurrency: 1,
      handle: async () => void heardAt.push(Date.now()),
    });
    await consumer.ready;
    await wait(50);
    const due = Date.now() + 400;
    await queues.jobs.enqueue('webhook', [anId()], new Date(due));
    await until(() => heardAt.length === 1);
    await consumer.close();
    const late = (heardAt[0] ?? 0) - due;
    assert.ok(late >= -5 && late < 300, `heard ${late} ms after it was due`);
  });

  test('a handler may ask to be rung again later for the id it is handling', async () => {
    const queues = await openHere();
    const id = anId();
    const heard: string[] = [];
    const consumer = queues.consume('delivery', {
      concurrency: 1,
      handle: async (one) => {
        heard.push(one);
        if (heard.length === 1) await queues.jobs.enqueue('delivery', [one], new Date(Date.now() + 100));
      },
    });
    await queues.jobs.enqueue('delivery', [id]);
    await until(() => heard.length === 2);
    await consumer.close();
    assert.deepEqual(heard, [id, id]);
  });
}

function handling({ openHere }: Bench): void {
  test('a handler that throws does not stop the others, and its ring is forgotten', async () => {
    const queues = await openHere();
    const bad = anId();
    const good = anId();
    const outcomes: string[] = [];
    const consumer = queues.consume('report', {
      concurrency: 1,
      handle: async (id) => {
        if (id === bad) throw new Error('broken');
      },
      handled: (outcome) => outcomes.push(outcome),
    });
    await queues.jobs.enqueue('report', [bad, good]);
    await until(async () => outcomes.length === 2 && (await queues.depth()).report === 0);
    await consumer.close();
    assert.deepEqual(outcomes.sort(), ['done', 'failed']);
  });

  test('thousands of rings at once are all heard, never more at a time than asked', async () => {
    const queues = await openHere();
    const ids = new Set(Array.from({ length: 2_000 }, anId));
    let busy = 0;
    let most = 0;
    const consumer = queues.consume('accepted', {
      concurrency: 8,
      handle: async (id) => {
        most = Math.max(most, ++busy);
        await wait(1);
        busy--;
        ids.delete(id);
      },
    });
    const all = [...ids];
    await Promise.all(all.map((id) => queues.jobs.enqueue('accepted', [id])));
    await until(() => ids.size === 0, 30_000);
    await consumer.close();
    assert.ok(most > 1 && most <= 8, `${most} at a time`);
  });
}

function closing({ place, openHere }: Bench): void {
  test('closing waits for what is being handled', async () => {
    const queues = await openQueues({ ...place(), log });
    let finished = false;
    let begun = false;
    queues.consume('report', {
      concurrency: 1,
      handle: async () => {
        begun = true;
        await wait(300);
        finished = true;
      },
    });
    await queues.jobs.enqueue('report', [anId()]);
    await until(() => begun);
    await queues.close();
    assert.ok(finished);
    await assert.rejects(queues.jobs.enqueue('report', [anId()]), /closed/);
  });

  test('rings that nobody awaited when the queues closed are heard', async () => {
    const queues = await openQueues({ ...place(), log });
    const ids = Array.from({ length: 50 }, anId);
    const rings = Promise.allSettled(ids.map((id) => queues.jobs.enqueue('webhook', [id])));
    await queues.close();
    assert.deepEqual(new Set((await rings).map(({ status }) => status)), new Set(['fulfilled']));
    const left = new Set(ids);
    const hearing = await openHere();
    const consumer = hearing.consume('webhook', {
      concurrency: 5,
      handle: async (id) => void left.delete(id),
    });
    await until(() => left.size === 0);
    await consumer.close();
  });

  test('a consumer that is closed while it opens has ended, whenever that is', async () => {
    for (let delayMs = 0; delayMs < 40; delayMs += 4) {
      const queues = await openQueues({ ...place(), log });
      const consumer = queues.consume('webhook', { concurrency: 1, handle: async () => undefined });
      if (delayMs > 0) await wait(delayMs);
      const ended = consumer.close().then(() => 'ended');
      assert.equal(await Promise.race([ended, wait(3_000, 'still open')]), 'ended', `after ${delayMs} ms`);
      await queues.close();
    }
  });

  test('what is still being handled when the queues close may ring', async () => {
    const queues = await openQueues({ ...place(), log });
    const outcomes: string[] = [];
    let begun = false;
    queues.consume('report', {
      concurrency: 1,
      handle: async (id) => {
        begun = true;
        await wait(200);
        await queues.jobs.enqueue('webhook', [id], new Date(Date.now() + 3_600_000));
      },
      handled: (outcome) => outcomes.push(outcome),
    });
    await queues.jobs.enqueue('report', [anId()]);
    await until(() => begun);
    await queues.close();
    assert.deepEqual(outcomes, ['done']);
  });
}

function sharing({ place, openHere }: Bench): void {
  test('ids of a shared ring that were not begun at closing are rung again', async () => {
    const queues = await openQueues({ ...place(), log });
    const ids = Array.from({ length: 20 }, anId);
    const heard: string[] = [];
    const handle = async (id: string): Promise<void> => {
      heard.push(id);
      await wait(100);
    };
    queues.consume('webhook', { concurrency: 2, handle });
    await queues.jobs.enqueue('webhook', ids);
    await until(() => heard.length > 0);
    await queues.close();
    assert.ok(heard.length < 20, `${heard.length} were handled before it closed`);
    const hearing = await openHere();
    const consumer = hearing.consume('webhook', { concurrency: 20, handle });
    await until(() => new Set(heard).size === 20);
    await consumer.close();
    assert.deepEqual(heard.toSorted(), ids.toSorted());
  });

  test('a slow id holds nobody up that was rung with it or after it', async () => {
    const queues = await openHere();
    const slow = Promise.withResolvers<void>();
    const ids = Array.from({ length: 30 }, anId);
    const heard: string[] = [];
    const consumer = queues.consume('webhook', {
      concurrency: 2,
      handle: async (id) => {
        if (id === ids[0]) await slow.promise;
        heard.push(id);
      },
    });
    await queues.jobs.enqueue('webhook', ids.slice(0, 10));
    await queues.jobs.enqueue('webhook', ids.slice(10));
    await until(() => heard.length === 29);
    slow.resolve();
    await until(() => heard.length === 30);
    await consumer.close();
  });
}

/** What every backend owes the doorbell. */
export function queueContract(name: string, open: () => Promise<QueuePlace>): void {
  describe(`queues on ${name}`, () => {
    let here: QueuePlace | undefined;
    const opened: Queues[] = [];
    const place = (): QueuePlace => here ?? assert.fail('not open');
    const openHere = async (): Promise<Queues> => {
      const queues = await openQueues({ ...place(), log });
      opened.push(queues);
      return queues;
    };
    before(async () => {
      here = await open();
    });
    after(async () => {
      for (const queues of opened) await queues.close();
    });
    const bench = { place, openHere };
    ringing(bench);
    times(bench);
    handling(bench);
    closing(bench);
    sharing(bench);
  });
}
