import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openLog } from '@waybill/io/log/log';
import { openMetrics } from '@waybill/io/metrics/metrics';
import { dnsOf } from '@waybill/relay/domains/dns.test-support';
import { domainStores } from './domain-stores.test-support.ts';
import { type UpkeepPorts, upkeep } from './upkeep.ts';

const now = new Date('2026-03-02T10:00:00Z');
const horizon = new Date('2026-01-16T10:00:00Z');
const never = new AbortController().signal;

function open(failing?: string) {
  const done: string[] = [];
  const metrics = openMetrics('test');
  const { unreadDropped } = metrics;
  const doing = async <T>(what: string, answer: T): Promise<T> => {
    done.push(what);
    if (what.startsWith(failing ?? '-')) throw new Error(what);
    return answer;
  };
  const ports: UpkeepPorts = {
    partitions: {
      ensure: (at) => doing(`ensure ${at.toISOString()}`, undefined),
      drop: (before) => doing(`drop ${before.toISOString()}`, ['message_w20260101', 'event_w20260101']),
      unread: async () => [{ reader: 'webhooks', events: 7 }],
    },
    retention: {
      horizon: async () => horizon,
      removeByStream: (at) => doing(`content ${at.toISOString()}`, 3),
      removeBeside: (end) => doing(`beside ${end.toISOString()}`, 2),
      removeStatistics: (at) => doing(`statistics ${at.toISOString()}`, 4),
      removeKnown: (at) => doing(`known ${at.toISOString()}`, 5),
    },
    idempotency: { removeExpired: (at) => doing(`keys ${at.toISOString()}`, 1) },
    stores: domainStores({ all: () => doing('domains', []) }),
    accountErasure: {
      erasable: () => doing('accounts', []),
      eraseSlice: async () => 0,
      finish: async () => undefined,
    },
    lookUp: dnsOf([]),
    makeDkimKeys: async () => [],
    random: (size) => Buffer.alloc(size),
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    now: () => now,
    log: openLog({ level: 'silent', name: 'test' }),
    metrics: { unreadDropped },
  };
  return { ports, done, metrics };
}

const everything = [
  `ensure ${now.toISOString()}`,
  `drop ${horizon.toISOString()}`,
  `content ${now.toISOString()}`,
  `beside ${horizon.toISOString()}`,
  `statistics ${now.toISOString()}`,
  `known ${now.toISOString()}`,
  `keys ${now.toISOString()}`,
  'accounts',
  'domains',
];

test('everything is done, the coming weeks first, and nothing younger than the longest retention goes', async () => {
  const { ports, done } = open();
  await upkeep(ports, never);
  assert.deepEqual(done, everything);
});

test('what retention drops before a reader has read it is counted', async () => {
  const { ports, metrics } = open();
  await upkeep(ports, never);
  assert.match(
    (await metrics.exposition()).text,
    /unread_events_dropped_total\{reader="webhooks",process="test"\} 7/,
  );
});

for (const failing of ['ensure', 'drop', 'content', 'keys', 'domains'])
  test(`the rest is done although “${failing}” fails`, async () => {
    const { ports, done } = open(failing);
    await upkeep(ports, never);
    assert.ok(done.includes('domains') && done.some((what) => what.startsWith('keys')));
  });

test('a worker that stops begins nothing more', async () => {
  const { ports, done } = open();
  await upkeep(ports, AbortSignal.abort());
  assert.deepEqual(done, []);
});
