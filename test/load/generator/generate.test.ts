import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accountOf, ledgerMemory } from '../sink/ledger.ts';
import { openSink, SAMPLE_EVERY } from '../sink/sink.ts';
import { generate, sharesOf, split } from './generate.ts';
import type { GeneratorSettings } from './generator-thread.ts';

test('work is shared in whole numbers that add up', () => {
  assert.deepEqual(sharesOf(10, 3), [4, 3, 3]);
  assert.deepEqual(sharesOf(2, 3), [1, 1, 0]);
});

const settings = {
  memory: ledgerMemory(1),
  endpoint: { port: 1, login: { username: 'u', password: 'p' } },
  domain: 'acme.test',
  kind: 'small',
  range: { first: 100, count: 5 },
  sessions: 20,
  ratePerSecond: 100,
  isConnectionPerMessage: false,
  seconds: 5,
} as const satisfies GeneratorSettings;

test('threads send different numbers, and the pace of all is the pace asked for', () => {
  const parts = split(settings, 2);
  assert.deepEqual(
    parts.map(({ range, sessions, ratePerSecond }) => ({ range, sessions, ratePerSecond })),
    [
      { range: { first: 100, count: 3 }, sessions: 10, ratePerSecond: 50 },
      { range: { first: 103, count: 2 }, sessions: 10, ratePerSecond: 50 },
    ],
  );
});

/** Generator and sink against each other: every message is accepted and arrives once. */
async function straight(over: Partial<GeneratorSettings>, threads: number) {
  const sink = await openSink();
  try {
    const endpoint = { port: sink.port, login: settings.endpoint.login };
    const range = { first: 50, count: 200 };
    const given = { ...settings, memory: sink.memory, endpoint, range, ratePerSecond: undefined, ...over };
    const sent = await generate(given, threads);
    const account = accountOf(sink.ledger, range);
    // Samples travel behind the answers.
    const samples = [...sink.takeSamples()];
    for (let tries = 0; account.accepted > 0 && samples.length < 2 && tries < 500; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      samples.push(...sink.takeSamples());
    }
    return { sent, account, samples };
  } finally {
    await sink.close();
  }
}

const ways: readonly [string, Partial<GeneratorSettings>, number][] = [
  ['on sessions that stay', {}, 1],
  ['from two threads', {}, 2],
  ['with a connection per message', { isConnectionPerMessage: true }, 1],
  ['of 100 KiB', { kind: 'large' }, 1],
];
for (const [name, over, threads] of ways)
  test(`everything sent ${name} is accepted and arrives once`, async () => {
    const { sent, account, samples } = await straight(over, threads);
    assert.deepEqual([sent.offered, sent.refused, sent.broken], [200, 0, 0]);
    assert.deepEqual([account.accepted, account.delivered], [200, 200]);
    assert.deepEqual([account.lost, account.duplicated], [[], []]);
    const expected = [SAMPLE_EVERY, SAMPLE_EVERY * 2];
    assert.deepEqual(samples.map(({ id }) => id).toSorted(), expected);
    assert.ok(samples[0]?.bytes.subarray(0, 4).equals(Buffer.from('From')));
  });

test('a fixed pace takes its time', async () => {
  const { sent, account } = await straight({ ratePerSecond: 400 }, 1);
  assert.equal(account.accepted, 200);
  assert.ok(account.lastAcceptedAt - sent.startedAt >= 490, '200 at 400/s take half a second');
});

test('a port without a listener is an error and not counted as sent', async () => {
  const { sent, account } = await straight(
    { endpoint: { ...settings.endpoint, port: 1 }, isConnectionPerMessage: true },
    1,
  );
  assert.equal(account.accepted, 0);
  assert.match(sent.trouble ?? '', /ECONNREFUSED/);
});
