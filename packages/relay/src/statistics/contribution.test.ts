import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventType, eventTypes } from '../events/event.ts';
import {
  type Contribution,
  type CountedDelivery,
  type CountedEvent,
  contributionOf,
  differenceOf,
  linkKey,
  rowName,
} from './contribution.ts';
import { addCounts, type Counts, ends } from './counts.ts';

const acceptedAt = new Date('2026-03-02T10:10:00Z');

const someDelivery = (over: Partial<CountedDelivery> = {}): CountedDelivery => ({
  accountId: '0195573a-5c80-7000-8000-000000000001',
  acceptedAt,
  scheduledAt: undefined,
  recipient: 'Ada@Example.com',
  headerFrom: 'app@acme.example',
  tags: ['welcome', 'two words'],
  credentialId: undefined,
  via: 'smtp',
  streamId: undefined,
  ...over,
});

const someEvent = (type: EventType, over: Partial<CountedEvent> = {}): CountedEvent => ({
  type,
  occurredAt: new Date(acceptedAt.getTime() + 2_000),
  agent: undefined,
  url: undefined,
  mxHost: undefined,
  category: undefined,
  code: undefined,
  ...over,
});

const asObject = (contribution: Contribution) => Object.fromEntries(contribution);
const totalOf = (events: readonly CountedEvent[]): Counts =>
  contributionOf(someDelivery(), events).get(rowName('total', '')) ?? {};

test('a delivered message counts in every dimension that it has', () => {
  const events = [someEvent('queued'), someEvent('delivered', { mxHost: 'alt1.aspmx.l.google.com' })];
  const one = { accepted: 1, delivered: 1 };
  assert.deepEqual(asObject(contributionOf(someDelivery(), events)), {
    'total ': one,
    'domain example.com': one,
    'from_domain acme.example': one,
    'tag welcome': one,
    'tag two words': one,
    'provider gmail': one,
    'source_address system': one,
    'latency gmail|31': { delivered: 1 },
  });
});

test('every delivery is in one end, whatever happened to it', () => {
  for (const first of ['queued', 'held', 'suppressed', 'cancelled'] as const)
    for (const second of eventTypes)
      for (const third of eventTypes) {
        const counts = totalOf([someEvent(first), someEvent(second), someEvent(third)]);
        assert.equal(counts.accepted, 1);
        assert.equal(
          ends.reduce((sum, end) => sum + (counts[end] ?? 0), 0),
          1,
          `${first} ${second} ${third}`,
        );
      }
});

test('a delivery in trouble counts under status, provider, reason and domain, until its status changes', () => {
  const reply = { mxHost: 'alt1.aspmx.l.google.com', category: 'rate_limited', code: '4.7.28' };
  const waiting = [someEvent('queued'), someEvent('deferred', reply)];
  const row = rowName('attention', 'deferred|gmail|rate_limited|4.7.28|example.com');
  assert.deepEqual(contributionOf(someDelivery(), waiting).get(row), { accepted: 1 });
  const delivered = contributionOf(someDelivery(), [...waiting, someEvent('delivered')]);
  assert.equal(delivered.get(row), undefined);
  const complained = [someEvent('queued'), someEvent('delivered', reply), someEvent('complained')];
  assert.deepEqual(
    contributionOf(someDelivery(), complained).get(rowName('attention', 'complained|gmail|-|-|example.com')),
    { accepted: 1 },
  );
});

test('a complaint stays in delivered and is counted apart', () => {
  const counts = totalOf([someEvent('queued'), someEvent('delivered'), someEvent('complained')]);
  assert.deepEqual(counts, { accepted: 1, delivered: 1, complained: 1 });
});

test('people, proxies and bots are counted apart, and a prefetch opens nothing', () => {
  const events = [
    someEvent('queued'),
    someEvent('delivered'),
    someEvent('opened', { agent: 'prefetch' }),
    someEvent('opened', { agent: 'bot' }),
    someEvent('clicked', { agent: 'bot', url: 'https://acme.example/a?to=ada@example.com#x' }),
  ];
  const before = { accepted: 1, delivered: 1, opens_proxy: 1, opens_bot: 1, clicks_bot: 1 };
  assert.deepEqual(totalOf(events), before);
  const human = someEvent('clicked', { agent: 'human', url: 'https://acme.example/a' });
  const all = [...events, someEvent('opened', { agent: 'proxy' }), human, human];
  assert.deepEqual(totalOf(all), { ...before, opens_proxy: 2, opened: 1, clicks_human: 2, clicked: 1 });
  const link = contributionOf(someDelivery(), all).get(rowName('link', 'https://acme.example/a'));
  assert.deepEqual(link, { clicks_bot: 1, clicks_human: 2, clicked: 1 });
});

test('a link is counted without what may name its recipient', () => {
  assert.equal(linkKey('https://acme.example/p/1?mail=ada@example.com#top'), 'https://acme.example/p/1');
  assert.equal(linkKey('https://acme.example/#ada'), 'https://acme.example/');
});

test('a bounce and a deferral count under their category, provider and code', () => {
  const reply = { mxHost: 'mx1.mail.icloud.com', category: 'mailbox_full', code: '4.2.2' };
  const events = [
    someEvent('queued'),
    someEvent('deferred', reply),
    someEvent('deferred', reply),
    someEvent('bounced', { ...reply, category: 'no_such_mailbox', code: '5.1.1' }),
  ];
  const rows = asObject(contributionOf(someDelivery({ tags: [] }), events));
  assert.deepEqual(rows['bounce_category mailbox_full'], { deferred: 1 });
  assert.deepEqual(rows['bounce_category no_such_mailbox'], { bounced: 1 });
  assert.deepEqual(rows['bounce icloud|no_such_mailbox|5.1.1'], { bounced: 1 });
  assert.deepEqual(rows['total '], { accepted: 1, bounced: 1, deferred: 1 });
});

test('mail that was scheduled is timed from its time', () => {
  const scheduledAt = new Date('2026-03-05T08:00:00Z');
  const delivered = someEvent('delivered', { occurredAt: new Date('2026-03-05T08:00:02Z') });
  const rows = contributionOf(someDelivery({ scheduledAt }), [someEvent('queued'), delivered]);
  assert.ok(rows.has('latency other|31'));
});

test('events whose beginning retention has removed count nothing', () => {
  assert.equal(contributionOf(someDelivery(), [someEvent('opened', { agent: 'human' })]).size, 0);
  assert.equal(contributionOf(someDelivery(), []).size, 0);
});

/** A small generator of numbers, so that a failure can be repeated. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const hosts = [undefined, 'mx.yahoodns.net', 'gmail-smtp-in.l.google.com', 'mx.acme.example'];
const agentKinds = ['human', 'proxy', 'prefetch', 'bot', undefined] as const;

function someHistory(random: (below: number) => number): readonly CountedEvent[] {
  const first = (['queued', 'held', 'suppressed', 'cancelled'] as const)[random(4)] ?? 'queued';
  const later = Array.from({ length: random(8) }, () =>
    someEvent(eventTypes[random(eventTypes.length)] ?? 'queued', {
      occurredAt: new Date(acceptedAt.getTime() + random(100_000)),
      agent: agentKinds[random(5)],
      url: ['https://a.example/x', undefined][random(2)],
      mxHost: hosts[random(4)],
      category: ['mailbox_full', 'spam', undefined][random(3)],
      code: ['5.7.1', undefined][random(2)],
    }),
  );
  return [someEvent(first), ...later];
}

const sumOf = (parts: readonly Contribution[]): Contribution => {
  const sums = new Map<string, Counts>();
  for (const part of parts)
    for (const [name, counts] of part) sums.set(name, addCounts(sums.get(name) ?? {}, counts));
  return new Map([...sums].filter(([, counts]) => Object.keys(counts).length > 0));
};

test('the differences add up to a recount, whatever the order in which events become visible and however they are cut', () => {
  for (let seed = 1; seed <= 500; seed += 1) {
    const random = randomOf(seed);
    const history = someHistory(random);
    // Each event becomes visible at a time of its own, while the order of numbers stays.
    const visible = history.map((event) => ({ event, at: random(4) }));
    const states = [0, 1, 2, 3, 4].map((time) =>
      contributionOf(
        someDelivery(),
        visible.filter(({ at }) => at < time).map(({ event }) => event),
      ),
    );
    const parts = states.slice(1).map((state, index) => differenceOf(states[index] ?? new Map(), state));
    const recount = contributionOf(someDelivery(), history);
    const sorted = (contribution: Contribution) => Object.entries(asObject(contribution)).toSorted();
    assert.deepEqual(sorted(sumOf(parts)), sorted(recount), `seed ${seed}`);
    assert.equal(differenceOf(recount, recount).size, 0);
  }
});
