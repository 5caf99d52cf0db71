import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Queues } from '@waybill/io/queue/queues';
import { makeId } from '@waybill/relay/id';
import { eventually } from '../../support/eventually.ts';
import { openTestQueues, type QueuePlace } from '../../support/queues.ts';

/** What is different between the backends: on PostgreSQL the rows of the reports are the queue. */
export type ContractPlace = QueuePlace & {
  /** Saves reports that are due at that time, if the backend takes jobs from rows. */
  readonly saveReports: (ids: readonly string[], dueAt: Date) => Promise<void>;
  readonly finishReport: (id: string) => Promise<void>;
  /** Before each test. */
  readonly empty: () => Promise<void>;
};

export const someIds = (count: number): readonly string[] =>
  Array.from({ length: count }, () => makeId(new Date(), randomBytes(10)));
const anId = (): string => makeId(new Date(), randomBytes(10));

type Bench = {
  readonly place: () => ContractPlace;
  /** The queues of one more process. Closed after the test. */
  readonly openProcess: () => Promise<Queues>;
  /** Saves reports that are enqueued now, and enqueues them. */
  readonly enqueue: (queues: Queues, ids: readonly string[], at?: Date) => Promise<void>;
};

const GRACE_MS = 30_000;

function waiting({ place, openProcess, enqueue }: Bench): void {
  test('an id that is enqueued many times while it waits is handled once', async () => {
    const queues = await openProcess();
    const [id = ''] = someIds(1);
    await Promise.all(Array.from({ length: 20 }, () => enqueue(queues, [id])));
    assert.equal((await queues.depth()).report, 1);
    const handled: string[] = [];
    const handle = async (one: string): Promise<void> => {
      handled.push(one);
      await place().finishReport(one);
    };
    queues.consume('report', { concurrency: 5, handle });
    await eventually('finished', async () => (await queues.depth()).report === 0);
    assert.deepEqual(handled, [id]);
    await queues.jobs.enqueue('report', [id]);
    await eventually('handled again', () => handled.length === 2);
  });

  test('jobs that were enqueued while no process consumed them are handled by the next one', async () => {
    const producer = await openProcess();
    const left = new Set(someIds(500));
    await enqueue(producer, [...left]);
    await producer.close();
    const consumer = await openProcess();
    const handle = async (id: string): Promise<void> => {
      await place().finishReport(id);
      left.delete(id);
    };
    consumer.consume('report', { concurrency: 20, handle });
    await eventually(
      () => `${left.size} are left`,
      () => left.size === 0,
    );
  });
}

function enqueuing({ openProcess }: Bench): void {
  test('a job that one process enqueues is handled by another within milliseconds', async () => {
    const producer = await openProcess();
    const consumer = await openProcess();
    const handledAt = new Map<string, number>();
    const handle = async (id: string): Promise<void> => void handledAt.set(id, performance.now());
    await consumer.consume('accepted', { concurrency: 2, handle }).ready;
    const waits: number[] = [];
    for (const id of someIds(20)) {
      const enqueuedAt = performance.now();
      await producer.jobs.enqueue('accepted', [id]);
      waits.push((await eventually('handled', () => handledAt.get(id))) - enqueuedAt);
    }
    const median = waits.sort((one, other) => one - other)[10] ?? Number.POSITIVE_INFINITY;
    assert.ok(median < 50, `median from enqueue to handling was ${median} ms`);
  });

  test('a process handles what it enqueues itself', async () => {
    const queues = await openProcess();
    const handled: string[] = [];
    queues.consume('accepted', { concurrency: 2, handle: async (id) => void handled.push(id) });
    const ids = someIds(3);
    await queues.jobs.enqueue('accepted', ids);
    await eventually('handled', () => handled.length === 3);
    assert.deepEqual(handled.toSorted(), ids.toSorted());
  });

  test('to enqueue no ids does nothing', async () => {
    const queues = await openProcess();
    await queues.jobs.enqueue('report', []);
    assert.equal((await queues.depth()).report, 0);
  });

  test('closing waits until jobs that were not awaited are enqueued, and then refuses others', async () => {
    const queues = await openProcess();
    const consumer = await openProcess();
    const handled = new Set<string>();
    await consumer.consume('report', { concurrency: 5, handle: async (id) => void handled.add(id) }).ready;
    const enqueuing = Promise.allSettled(someIds(50).map((id) => queues.jobs.enqueue('report', [id])));
    await queues.close();
    assert.deepEqual(new Set((await enqueuing).map(({ status }) => status)), new Set(['fulfilled']));
    await eventually('handled', () => handled.size === 50);
    await assert.rejects(queues.jobs.enqueue('report', [anId()]), /closed/);
  });
}

function times({ openProcess, enqueue }: Bench): void {
  for (const from of ['the process that consumes it', 'another process'])
    test(`a job for later from ${from} is handled then, and not before`, async () => {
      const consumer = await openProcess();
      const producer = from === 'another process' ? await openProcess() : consumer;
      const handledAt: number[] = [];
      const handle = async (): Promise<void> => void handledAt.push(Date.now());
      await consumer.consume('report', { concurrency: 1, handle }).ready;
      // On PostgreSQL a consumer that begins alone looks at all rows, also those that are not due yet.
      await wait(100);
      const due = Date.now() + 600;
      await enqueue(producer, [anId()], new Date(due));
      await eventually('handled', () => handledAt.length === 1);
      const late = (handledAt[0] ?? 0) - due;
      assert.ok(late >= -5 && late < 400, `handled ${late} ms after it was due`);
    });

  test('a handler may enqueue for later the id that it is handling', async () => {
    const queues = await openProcess();
    const id = anId();
    const handled: string[] = [];
    const handle = async (one: string): Promise<void> => {
      handled.push(one);
      if (handled.length === 1) await queues.jobs.enqueue('delivery', [one], new Date(Date.now() + 100));
    };
    queues.consume('delivery', { concurrency: 1, handle });
    await queues.jobs.enqueue('delivery', [id]);
    await eventually('handled twice', () => handled.length === 2);
    assert.deepEqual(handled, [id, id]);
  });
}

function handling({ openProcess }: Bench): void {
  test('a handler that throws ends its own job only', async () => {
    const queues = await openProcess();
    const bad = anId();
    const outcomes: string[] = [];
    queues.consume('report', {
      concurrency: 1,
      handle: async (id) => {
        if (id === bad) throw new Error('broken');
      },
      handled: (outcome) => outcomes.push(outcome),
    });
    await queues.jobs.enqueue('report', [bad, anId()]);
    await eventually('both handled', () => outcomes.length === 2);
    assert.deepEqual(outcomes.sort(), ['done', 'failed']);
  });

  test('thousands of jobs at once are all handled, never more at a time than the concurrency', async () => {
    const producer = await openProcess();
    const consumer = await openProcess();
    const left = new Set(someIds(2_000));
    let inFlight = 0;
    let most = 0;
    const handle = async (id: string): Promise<void> => {
      most = Math.max(most, ++inFlight);
      await wait(1);
      inFlight--;
      left.delete(id);
    };
    await consumer.consume('accepted', { concurrency: 8, handle }).ready;
    await Promise.all([...left].map((id) => producer.jobs.enqueue('accepted', [id])));
    await eventually(
      () => `${left.size} are left`,
      () => left.size === 0,
      30,
    );
    assert.ok(most > 1 && most <= 8, `${most} at a time`);
  });

  test('a slow job delays no other that was enqueued with it or after it', async () => {
    const queues = await openProcess();
    const slow = Promise.withResolvers<void>();
    const ids = someIds(30);
    const handled: string[] = [];
    const handle = async (id: string): Promise<void> => {
      if (id === ids[0]) await slow.promise;
      handled.push(id);
    };
    queues.consume('report', { concurrency: 2, handle });
    await queues.jobs.enqueue('report', ids.slice(0, 10));
    await queues.jobs.enqueue('report', ids.slice(10));
    await eventually('all but the slow one', () => handled.length === 29);
    slow.resolve();
    await eventually('the slow one', () => handled.length === 30);
  });

  test('of several processes one handles each job', async () => {
    const producer = await openProcess();
    const handled: string[] = [];
    for (let process = 0; process < 3; process++) {
      const consumer = await openProcess();
      await consumer.consume('report', { concurrency: 5, handle: async (id) => void handled.push(id) }).ready;
    }
    const ids = someIds(300);
    await producer.jobs.enqueue('report', ids);
    await eventually(
      () => `${handled.length} of 300`,
      () => handled.length >= 300,
    );
    await wait(100);
    assert.deepEqual(handled.toSorted(), ids.toSorted());
  });
}

function closing({ openProcess }: Bench): void {
  test('closing waits for jobs in flight', async () => {
    const queues = await openProcess();
    const begun = Promise.withResolvers<void>();
    let isFinished = false;
    const handle = async (): Promise<void> => {
      begun.resolve();
      await wait(300);
      isFinished = true;
    };
    queues.consume('report', { concurrency: 1, handle });
    await queues.jobs.enqueue('report', [anId()]);
    await begun.promise;
    await queues.close();
    assert.ok(isFinished);
  });

  test('a job in flight may enqueue another one while the queues close', async () => {
    const queues = await openProcess();
    const begun = Promise.withResolvers<void>();
    const outcomes: string[] = [];
    const handle = async (id: string): Promise<void> => {
      begun.resolve();
      await wait(200);
      await queues.jobs.enqueue('delivery', [id], new Date(Date.now() + 3_600_000));
    };
    queues.consume('report', { concurrency: 1, handle, handled: (outcome) => outcomes.push(outcome) });
    await queues.jobs.enqueue('report', [anId()]);
    await begun.promise;
    await queues.close();
    assert.deepEqual(outcomes, ['done']);
  });

  test('a consumer that is closed while it opens ends, whenever that is', async () => {
    for (let delayMs = 0; delayMs < 40; delayMs += 8) {
      const queues = await openProcess();
      const consumer = queues.consume('report', { concurrency: 1, handle: async () => undefined });
      if (delayMs > 0) await wait(delayMs);
      const ended = consumer.close().then(() => 'ended');
      assert.equal(await Promise.race([ended, wait(3_000, 'still open')]), 'ended', `after ${delayMs} ms`);
    }
  });

  test('jobs that were not begun when their process closed go to another process at once', async () => {
    const [first, second, producer] = [await openProcess(), await openProcess(), await openProcess()];
    const ids = someIds(20);
    const handled: string[] = [];
    const handle = async (id: string): Promise<void> => {
      handled.push(id);
      await wait(100);
    };
    await first.consume('report', { concurrency: 2, handle }).ready;
    await producer.jobs.enqueue('report', ids);
    await eventually('begun', () => handled.length > 0);
    await second.consume('report', { concurrency: 20, handle }).ready;
    await first.close();
    await eventually(
      () => `${handled.length} of 20`,
      () => handled.length === 20,
      5,
    );
    assert.deepEqual(handled.toSorted(), ids.toSorted());
  });
}

/** What both backends guarantee. */
export function queueContract(name: string, open: () => Promise<ContractPlace>): void {
  describe(`queues on ${name}`, () => {
    let here: ContractPlace | undefined;
    const opened: Queues[] = [];
    const place = (): ContractPlace => here ?? assert.fail('not open');
    const bench: Bench = {
      place,
      async openProcess() {
        const queues = await openTestQueues(place());
        let closing: Promise<void> | undefined;
        const once = { ...queues, close: () => (closing ??= queues.close()) };
        opened.push(once);
        return once;
      },
      async enqueue(queues, ids, at) {
        await place().saveReports(ids, at ?? new Date(Date.now() + GRACE_MS));
        await queues.jobs.enqueue('report', ids, at);
      },
    };
    before(async () => {
      here = await open();
    });
    beforeEach(() => place().empty());
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((queues) => queues.close()));
    });
    enqueuing(bench);
    waiting(bench);
    times(bench);
    handling(bench);
    closing(bench);
  });
}
