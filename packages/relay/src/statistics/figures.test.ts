import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestFault } from '../management/request-fault.ts';
import { balanceOf } from './balance.ts';
import { ratesOf } from './counts.ts';
import { histogramsOf, latencyBucket, quantileOf } from './latency.ts';
import { providerOf } from './provider.ts';
import { refusalOf, topRefusals } from './refusals.ts';
import { daysOf, requireTimezone, spanBefore, spanOf } from './span.ts';

test('a provider is known by the name of its host', () => {
  const table = [
    ['gmail-smtp-in.l.google.com', 'gmail'],
    ['ASPMX.L.GOOGLE.COM.', 'gmail'],
    ['acme-com.mail.protection.outlook.com', 'microsoft 365'],
    ['outlook-com.olc.protection.outlook.com', 'outlook'],
    ['mta7.am0.yahoodns.net', 'yahoo'],
    ['mx01.mail.icloud.com', 'icloud'],
    ['evil-google.com', 'other'],
    ['google.com.evil.example', 'other'],
    ['127.0.0.1', 'other'],
  ] as const;
  for (const [host, provider] of table) assert.equal(providerOf(host), provider, host);
});

test('quantiles of a histogram are exact to a fifth', () => {
  const times = Array.from({ length: 1_000 }, (_, index) => 50 + index * 20);
  const histogram = new Map<number, number>();
  for (const time of times) {
    const bucket = latencyBucket(time);
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + 1);
  }
  for (const [quantile, exact] of [
    [0.5, 10_050],
    [0.95, 19_050],
    [0.99, 19_850],
  ] as const) {
    const found = quantileOf(histogram, quantile) ?? 0;
    assert.ok(found > exact / 1.2 && found < exact * 1.2, `${quantile}: ${found}`);
  }
  assert.equal(quantileOf(new Map(), 0.5), undefined);
  assert.equal(latencyBucket(-5), 0);
});

test('histograms of providers add up to the one of all', () => {
  const rows = [
    { key: 'gmail|10', counts: { delivered: 2 } },
    { key: 'gmail|11', counts: { delivered: 1 } },
    { key: 'other|10', counts: { delivered: 4 } },
    { key: undefined, counts: { delivered: 9 } },
  ];
  const { all, byProvider } = histogramsOf(rows);
  assert.deepEqual(
    [...all],
    [
      [10, 6],
      [11, 1],
    ],
  );
  assert.deepEqual([...byProvider.keys()], ['gmail', 'other']);
});

test('each rate has its own denominator, and none is a division by nothing', () => {
  const rates = ratesOf({
    accepted: 20,
    delivered: 8,
    bounced: 1,
    failed: 1,
    suppressed: 5,
    in_progress: 5,
    complained: 2,
  });
  assert.deepEqual(
    [rates.delivered, rates.bounced, rates.suppressed, rates.complained],
    [0.8, 0.1, 0.25, 0.25],
  );
  assert.deepEqual(
    Object.values(ratesOf({})),
    Array.from({ length: 9 }, () => null),
  );
});

test('recipients that are not prepared are in progress, and what is counted twice is a difference', () => {
  const balance = balanceOf(10, { accepted: 7, delivered: 5, bounced: 1, in_progress: 1 });
  assert.deepEqual([balance.accepted, balance.in_progress, balance.difference], [10, 4, 0]);
  assert.equal(balanceOf(6, { accepted: 7, delivered: 7 }).difference, -1);
});

test('a span is a week until now unless it says otherwise, in half hours', () => {
  const now = new Date('2026-03-10T10:17:00Z');
  assert.deepEqual(spanOf({}, now), { from: new Date('2026-03-03T10:00:00Z'), to: now });
  assert.throws(() => spanOf({ from: '2026-03-11T00:00:00Z' }, now), RequestFault);
  assert.throws(() => spanOf({ from: '2020-01-01T00:00:00Z' }, now), RequestFault);
  assert.throws(() => spanOf({ from: '2026-01-01T00:00:00Z' }, now, true), RequestFault);
  assert.deepEqual(daysOf({}, now), { from: '2026-03-04', to: '2026-03-11' });
  assert.throws(() => daysOf({ from: '2026-03-02', to: '2026-03-02' }, now), RequestFault);
});

test('a time zone has a name', () => {
  for (const name of ['UTC', 'Europe/Berlin', 'Asia/Kolkata', 'Asia/Kathmandu']) requireTimezone(name);
  for (const name of ['Mars/Olympus', '+05:30', "x'; DROP TABLE event", ''])
    assert.throws(() => requireTimezone(name));
});

test('of each provider the refusal is known that ended most deliveries', () => {
  const top = topRefusals([
    { key: 'gmail|policy|5.7.1', counts: { bounced: 2 } },
    { key: 'gmail|bad_mailbox|5.1.1', counts: { bounced: 2, failed: 1 } },
    { key: 'yahoo|throttled|4.7.0', counts: { deferred: 9 } },
    { key: undefined, counts: { bounced: 50 } },
  ]);
  assert.deepEqual([...top.keys()], ['gmail'], 'what was only put off did not end');
  assert.deepEqual(top.get('gmail'), {
    provider: 'gmail',
    category: 'bad_mailbox',
    code: '5.1.1',
    bounced: 2,
    failed: 1,
    deferred: 0,
  });
  assert.equal(refusalOf({ key: undefined, counts: {} }).provider, null);
});

test('the span before another has its length, in whole half hours, and ends where the other begins', () => {
  const [from, to] = [new Date('2026-11-28T10:30:00Z'), new Date('2026-11-29T10:40:00Z')];
  assert.deepEqual(spanBefore({ from, to }), { from: new Date('2026-11-27T10:00:00Z'), to: from });
});
