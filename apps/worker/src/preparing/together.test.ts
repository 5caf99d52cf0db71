import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Facts } from '@waybill/relay/pipeline/stage';
import { facts, links, preparation } from './preparation.test-support.ts';
import { type Preparation, type Prepare, runPreparation } from './preparation.ts';
import { TooDear } from './thread.ts';
import { openPrepareTogether, togetherSettings } from './together.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

const nobodyAlone: Prepare = () => Promise.reject(new Error('nothing should be prepared alone'));

function openTogether(alone = nobodyAlone, settings: Partial<typeof togetherSettings> = {}) {
  const together = openPrepareTogether(alone, { ...togetherSettings, ...settings });
  open.push(together);
  return together;
}

const numbered = (count: number): readonly Preparation[] =>
  Array.from({ length: count }, (_, index) => {
    const given = preparation(links(index + 1));
    const id = `01900000-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`;
    return { ...given, stored: { ...given.stored, id } };
  });

test('what comes at once is prepared together, and each hears of its own', async () => {
  const together = openTogether();
  const given = numbered(40);
  const there = await Promise.all(given.map((one) => together.prepare(one)));
  assert.deepEqual(there, given.map(runPreparation));
  assert.ok(there.every(({ deliveries }) => Buffer.isBuffer(deliveries[0]?.patch)));
});

test('the bytes that were given stay where they are', async () => {
  const given = preparation(links(3));
  const before = Buffer.from(given.stored.source);
  await openTogether().prepare(given);
  assert.deepEqual(given.stored.source, before);
});

test('an account that changes is the new one from then on', async () => {
  const together = openTogether();
  const given = preparation(links(1));
  const untracked = { ...facts.account, trackOpens: false, trackClicks: 'none' } as const;
  const changed: Preparation = { ...given, facts: { ...facts, account: untracked } };
  for (const one of [given, changed, given, changed])
    assert.deepEqual(await together.prepare(one), runPreparation(one));
});

test('more accounts than a thread keeps are all told apart', async () => {
  const together = openTogether();
  const [given] = numbered(1);
  assert.ok(given);
  const accounts = Array.from({ length: 2_500 }, (_, index) => ({
    ...given,
    facts: {
      ...facts,
      platformDomain: `relay${index}.example`,
      stream: { ...facts.stream, id: `stream-${index}` },
    },
  }));
  const there = await Promise.all(accounts.map((one) => together.prepare(one)));
  assert.deepEqual(
    there.map(({ streamId }) => streamId),
    accounts.map(({ facts: { stream } }) => stream.id),
  );
  assert.deepEqual(await together.prepare(given), runPreparation(given));
});

test('what cannot be prepared fails alone, with the name of its error', async () => {
  const together = openTogether();
  const [good, other] = numbered(2);
  assert.ok(good && other);
  const broken = {
    ...other,
    facts: { ...facts, signingKeys: [{ domain: 'acme.test' }] } as unknown as Facts,
  };
  const [first, second] = await Promise.allSettled([together.prepare(good), together.prepare(broken)]);
  assert.equal(first.status, 'fulfilled');
  assert.ok(second.status === 'rejected' && second.reason instanceof Error);
  assert.equal(second.reason.name, 'TypeError');
});

test('a message that takes the thread down is found by itself, and costs its neighbours nothing', async () => {
  const asked: number[] = [];
  const alone: Prepare = async (given) => {
    asked.push(given.stored.source.length);
    if (given.stored.source.length > 1_000_000) throw new TooDear('more memory than it may use');
    return runPreparation(given);
  };
  const together = openTogether(alone, { heapMebibytes: 24 });
  const small = preparation(links(2));
  const [before, poisoned, behind] = await Promise.allSettled([
    together.prepare(small),
    together.prepare(preparation(links(100_000))),
    together.prepare(small),
  ]);
  assert.ok(poisoned.status === 'rejected' && poisoned.reason instanceof TooDear);
  assert.deepEqual([before.status, behind.status, asked.length], ['fulfilled', 'fulfilled', 3]);
  assert.deepEqual(await together.prepare(small), runPreparation(small));
  assert.equal(asked.length, 3, 'the next one has a new thread');
});

test('what cannot cross to the thread is found by itself, and nobody is prepared with keys that stayed behind', async () => {
  const together = openTogether(async (given) => runPreparation(given));
  const given = preparation(links(1));
  const uncrossable: Preparation = {
    ...given,
    facts: {
      ...facts,
      account: { ...facts.account },
      now: Object.assign(() => 0, { getTime: () => 0 }) as never,
    },
  };
  await Promise.allSettled([together.prepare(uncrossable)]);
  const sameAccount = { ...given, facts: { ...facts, account: uncrossable.facts.account } };
  assert.deepEqual(await together.prepare(sameAccount), runPreparation(sameAccount));
});

test('what takes too long is found by itself', async () => {
  let alone = 0;
  const together = openTogether(
    async (given) => {
      alone += 1;
      return runPreparation(given);
    },
    { limitMs: 50 },
  );
  const given = preparation(links(20_000));
  assert.deepEqual(await together.prepare(given), runPreparation(given));
  assert.equal(alone, 1);
});
