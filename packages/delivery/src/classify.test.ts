import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AttemptOutcome } from './attempt-outcome.ts';
import { type ClassifyInput, classify } from './classify.ts';

const now = new Date('2026-01-01T12:00:00Z');
const hour = 3_600_000;
const rules = { waits: [60_000, 300_000], random: () => 0.5 };

const verdictOf = (
  outcome: AttemptOutcome,
  over: Partial<ClassifyInput['delivery']> = {},
  unknownPolicy: ClassifyInput['unknownPolicy'] = 'prefer_no_duplicate',
) =>
  classify(rules, {
    delivery: { attempt: 1, acceptedAt: now, expiresAt: new Date(now.getTime() + hour), ...over },
    record: { outcome, host: 'mx.dest.example', ip: '192.0.2.1' },
    unknownPolicy,
    now,
  });

const replied = (verbatim: string): AttemptOutcome => ({
  kind: 'replied',
  phase: 'rcpt',
  reply: { code: Number(verbatim.slice(0, 3)), lines: [], verbatim },
});
const refused: AttemptOutcome = {
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
  const classification = verdictOf(replied('450 4.2.1 busy'), {
    attempt: 7,
    expiresAt: new Date(now.getTime() + 1),
  });
  assert.equal(classification.outcome, 'failed');
  assert.match(
    classification.reason,
    /^Given up after 7 attempts, because it expires at 2026-01-01T12:00:00\.001Z\. At last: They answered 450 4\.2\.1/,
  );
  assert.equal(classification.retryAt, undefined);
});

const categories: readonly (readonly [string, string, string])[] = [
  ['5.1.2', 'bad_domain', 'recipient'],
  ['5.1.10', 'bad_domain', 'recipient'],
  ['5.6.7', 'protocol', 'content'],
  ['5.4.4', 'network', 'network'],
];
for (const [status, category, party] of categories)
  test(`what a look-up found as ${status} is ${category}, by ${party}`, () => {
    const classification = verdictOf({ kind: 'unable', outcome: 'bounced', status, text: 'why' });
    assert.deepEqual(
      [classification.outcome, classification.category, classification.party],
      ['bounced', category, party],
    );
  });

test('doubt after the dot ends, or is tried again, as the stream wants it', () => {
  const doubt: AttemptOutcome = { kind: 'unanswered', text: 'the connection broke' };
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
  const endings: readonly AttemptOutcome[] = [
    refused,
    replied('550 no'),
    { kind: 'unanswered', text: 'x' },
    { kind: 'lease_lost' },
  ];
  for (const outcome of endings) assert.match(verdictOf(outcome).reason, /^[A-Z].*\.$/s);
});
