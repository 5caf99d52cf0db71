import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ending } from './ending.ts';
import { type Case, judge } from './judge.ts';

const now = new Date('2026-01-01T12:00:00Z');
const hour = 3_600_000;
const rules = { waits: [60_000, 300_000], random: () => 0.5 };

const verdictOf = (
  ending: Ending,
  over: Partial<Case['delivery']> = {},
  unknownPolicy: Case['unknownPolicy'] = 'prefer_no_duplicate',
) =>
  judge(rules, {
    delivery: { attempt: 1, acceptedAt: now, expiresAt: new Date(now.getTime() + hour), ...over },
    tried: { ending, host: 'mx.dest.example', ip: '192.0.2.1' },
    unknownPolicy,
    now,
  });

const replied = (verbatim: string): Ending => ({
  kind: 'replied',
  phase: 'rcpt',
  reply: { code: Number(verbatim.slice(0, 3)), lines: [], verbatim },
});
const refused: Ending = {
  kind: 'broken',
  phase: 'connect',
  failure: 'refused',
  text: 'the connection was refused',
};

test('a deferral waits by the schedule of its attempt', () => {
  assert.deepEqual(verdictOf(refused).retryAt, new Date('2026-01-01T12:01:00Z'));
  assert.deepEqual(verdictOf(refused, { attempt: 2 }).retryAt, new Date('2026-01-01T12:05:00Z'));
});

test('a reply is kept with its code, status and words', () => {
  const { outcome, reply, category, party } = verdictOf(replied('550-5.1.1 no such\n550 5.1.1 user'));
  assert.equal(outcome, 'bounced');
  assert.deepEqual(reply, { code: 550, status: '5.1.1', text: 'no such\nuser' });
  assert.deepEqual([category, party], ['bad_mailbox', 'recipient']);
});

test('at expiry a deferral is a failure that tells the last reason', () => {
  const verdict = verdictOf(replied('450 4.2.1 busy'), {
    attempt: 7,
    expiresAt: new Date(now.getTime() + 1),
  });
  assert.equal(verdict.outcome, 'failed');
  assert.match(
    verdict.reason,
    /^Given up after 7 attempts, because it expires at 2026-01-01T12:00:00\.001Z\. At last: They answered 450 4\.2\.1/,
  );
  assert.equal(verdict.retryAt, undefined);
});

const categories: readonly (readonly [string, string, string])[] = [
  ['5.1.2', 'bad_domain', 'recipient'],
  ['5.1.10', 'bad_domain', 'recipient'],
  ['5.6.7', 'protocol', 'content'],
  ['5.4.4', 'policy', 'policy'],
];
for (const [status, category, party] of categories)
  test(`what we found out ourselves as ${status} is ${category}, by ${party}`, () => {
    const verdict = verdictOf({ kind: 'unable', outcome: 'bounced', status, text: 'why' });
    assert.deepEqual([verdict.outcome, verdict.category, verdict.party], ['bounced', category, party]);
  });

test('doubt after the dot ends, or is tried again, as the stream wants it', () => {
  const doubt: Ending = { kind: 'unanswered', text: 'the connection broke' };
  const stopped = verdictOf(doubt);
  assert.deepEqual([stopped.outcome, stopped.retryAt], ['unknown', undefined]);
  const again = verdictOf(doubt, {}, 'prefer_delivery');
  assert.equal(again.outcome, 'unknown');
  assert.deepEqual(again.retryAt, new Date('2026-01-01T12:01:00Z'));
  const late = verdictOf(doubt, { expiresAt: now }, 'prefer_delivery');
  assert.equal(late.retryAt, undefined);
  assert.match(late.reason, /too late/);
});

test('every because is a sentence', () => {
  const endings: readonly Ending[] = [
    refused,
    replied('550 no'),
    { kind: 'unanswered', text: 'x' },
    { kind: 'lease_lost' },
  ];
  for (const ending of endings) assert.match(verdictOf(ending).reason, /^[A-Z].*\.$/s);
});
