import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { Preparation } from '@waybill/relay/submission/preparation';
import { facts, installation, links, preparation } from './preparation.test-support.ts';
import { openPreparation } from './preparation.ts';
import { isLarge, openPreparing, PreparationLimitExceeded, preparationLimits } from './preparing.ts';

test('links lead to the tracking host of the account, and work there only', () => {
  const plain = openPreparation(installation);
  const { facts: loaded, ...rest } = preparation(links(1));
  const hostIn = (trackingHost: string | undefined): string =>
    JSON.stringify(plain.prepare({ ...rest, facts: { ...loaded, trackingHost } }), (_key, value) =>
      value?.type === 'Buffer' ? Buffer.from(value.data).toString('latin1') : value,
    );
  assert.match(hostIn('go.acme.test'), /https:\/\/go\.acme\.test\/c\//);
  assert.doesNotMatch(hostIn('go.acme.test'), /t\.example\/c\//);
  assert.match(hostIn(undefined), /https:\/\/t\.example\/c\//);
});

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

function openThreads(limits: Partial<typeof preparationLimits> = {}) {
  const preparing = openPreparing(installation, { ...preparationLimits, threads: 1, ...limits });
  open.push(preparing);
  return preparing;
}

const prepareHere = openPreparation(installation).prepare;

const numbered = (count: number, body: (index: number) => string): readonly Preparation[] =>
  Array.from({ length: count }, (_, index) => {
    const given = preparation(body(index));
    const id = `01900000-0000-7000-8000-0000000001${String(index).padStart(2, '0')}`;
    return { ...given, stored: { ...given.stored, id } };
  });

const brokenKeys = { ...facts, signingKeys: [{ domain: 'acme.test' }] } as unknown as typeof facts;

test('size counts for each recipient', () => {
  assert.equal(isLarge(preparation('x'.repeat(100_000))), false);
  assert.equal(isLarge(preparation('x'.repeat(600_000))), true);
  const many = Array.from({ length: 10 }, (_, index) => `r${index}@rcpt.example`);
  assert.equal(isLarge(preparation('x'.repeat(100_000), many)), true);
});

for (const [size, text] of [
  ['small', ''],
  ['large', 'x\r\n'.repeat(200_000)],
] as const) {
  test(`a thread prepares a ${size} message exactly as it would be prepared here`, async () => {
    const given = preparation(links(20) + text, ['ada@rcpt.example', 'grace@rcpt.example']);
    const before = Buffer.from(given.stored.source);
    const there = await openThreads().prepare(given);
    assert.deepEqual(there, prepareHere(given));
    assert.ok(Buffer.isBuffer(there.deliveries[0]?.patch));
    assert.deepEqual(
      there.deliveries.map(({ status }) => status),
      ['queued', 'suppressed'],
    );
    assert.deepEqual(given.stored.source, before, 'the bytes that were given stay where they are');
  });
}

test('messages that come at once each get their own result', async () => {
  const given = [...numbered(40, (index) => links(index + 1)), preparation('x\r\n'.repeat(200_000))];
  const preparing = openThreads();
  assert.deepEqual(await Promise.all(given.map(preparing.prepare)), given.map(prepareHere));
});

test('an account that changes is the new one from then on', async () => {
  const preparing = openThreads();
  const given = preparation(links(1));
  const untracked = { ...facts.account, trackOpens: false, trackClicks: 'none' } as const;
  const changed: Preparation = { ...given, facts: { ...facts, account: untracked } };
  for (const one of [given, changed, given, changed])
    assert.deepEqual(await preparing.prepare(one), prepareHere(one));
});

test('a message that cannot be prepared fails alone, with its own error', async () => {
  const preparing = openThreads();
  const [good, other] = numbered(2, () => links(1));
  assert.ok(good && other);
  const [first, second] = await Promise.allSettled([
    preparing.prepare(good),
    preparing.prepare({ ...other, facts: brokenKeys }),
  ]);
  assert.equal(first.status, 'fulfilled');
  assert.ok(second.status === 'rejected' && second.reason instanceof TypeError);
});

test('a message that cannot cross to the thread fails alone', async () => {
  const preparing = openThreads();
  const [good, other] = numbered(2, () => links(1));
  assert.ok(good && other);
  const uncloneable = { ...other, facts: { ...facts, now: (() => 0) as never } };
  const [first, second] = await Promise.allSettled([preparing.prepare(good), preparing.prepare(uncloneable)]);
  assert.deepEqual([first.status, second.status], ['fulfilled', 'rejected']);
});

test('a message that takes too long is found alone, and the others are prepared', async () => {
  // Two recipients give the others the time that a new thread takes to start.
  const preparing = openThreads({ limitMs: 60, perRecipientMs: 20_000 });
  const quick = preparation(links(1), ['ada@rcpt.example', 'grace@rcpt.example']);
  const [before, slow, behind] = await Promise.allSettled([
    preparing.prepare(quick),
    preparing.prepare(preparation(links(12_000))),
    preparing.prepare(quick),
  ]);
  assert.ok(slow.status === 'rejected' && slow.reason instanceof PreparationLimitExceeded);
  assert.deepEqual([before.status, behind.status], ['fulfilled', 'fulfilled']);
});

test('a message that takes too much memory is found alone, and the others are prepared', async () => {
  const preparing = openThreads({ heapMebibytes: 24 });
  const [before, poisoned, behind] = await Promise.allSettled([
    preparing.prepare(preparation(links(2))),
    preparing.prepare(preparation(links(100_000))),
    preparing.prepare(preparation(links(2))),
  ]);
  assert.ok(poisoned.status === 'rejected' && poisoned.reason instanceof PreparationLimitExceeded);
  assert.deepEqual([before.status, behind.status], ['fulfilled', 'fulfilled']);
  assert.equal((await preparing.prepare(preparation(links(1)))).deliveries.length, 1);
});
