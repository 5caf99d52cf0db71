import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import { type Classification, type ClassifyInput, classify } from './classify.ts';

const now = new Date('2026-01-01T12:00:00Z');
const hour = 3_600_000;
const rules = { waits: [60_000, 300_000], random: () => 0.5, busyMs: 1_000 };

const classificationOf = (
  outcome: SmtpOutcome,
  over: Partial<ClassifyInput['delivery']> = {},
  unknownPolicy: ClassifyInput['unknownPolicy'] = 'prefer_no_duplicate',
): Classification => {
  const end = classify(rules, {
    delivery: {
      attempt: 1,
      acceptedAt: now,
      expiresAt: new Date(now.getTime() + hour),
      status: 'queued',
      ...over,
    },
    record: { outcome, host: 'mx.dest.example', ip: '192.0.2.1' },
    unknownPolicy,
    now,
  });
  assert.ok(end.kind === 'attempted');
  return end.classification;
};

const replied = (verbatim: string): SmtpOutcome => ({
  kind: 'replied',
  phase: 'rcpt',
  reply: { code: Number(verbatim.slice(0, 3)), lines: [], verbatim },
});
const refused: SmtpOutcome = {
  kind: 'broken',
  phase: 'connect',
  failure: 'refused',
  text: 'the connection was refused',
};

test('a deferral waits by the schedule of its attempt', () => {
  assert.deepEqual(classificationOf(refused).retryAt, new Date('2026-01-01T12:01:00Z'));
  assert.deepEqual(classificationOf(refused, { attempt: 2 }).retryAt, new Date('2026-01-01T12:05:00Z'));
});

test('a reply is kept with its code, status and words', () => {
  const { outcome, reply, category, party } = classificationOf(replied('550-5.1.1 no such\n550 5.1.1 user'));
  assert.equal(outcome, 'bounced');
  assert.deepEqual(reply, { code: 550, status: '5.1.1', text: 'no such\nuser' });
  assert.deepEqual([category, party], ['bad_mailbox', 'recipient']);
});

test('at expiry a deferral is a failure that tells the last reason', () => {
  const classification = classificationOf(replied('450 4.2.1 busy'), {
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
    const classification = classificationOf({ kind: 'unable', outcome: 'bounced', status, text: 'why' });
    assert.deepEqual(
      [classification.outcome, classification.category, classification.party],
      ['bounced', category, party],
    );
  });

test('doubt after the dot ends, or is tried again, as the stream wants it', () => {
  const doubt: SmtpOutcome = { kind: 'unanswered', text: 'the connection broke' };
  const stopped = classificationOf(doubt);
  assert.deepEqual([stopped.outcome, stopped.retryAt], ['unknown', undefined]);
  const again = classificationOf(doubt, {}, 'prefer_delivery');
  assert.equal(again.outcome, 'unknown');
  assert.deepEqual(again.retryAt, new Date('2026-01-01T12:01:00Z'));
  const late = classificationOf(doubt, { expiresAt: now }, 'prefer_delivery');
  assert.equal(late.retryAt, undefined);
  assert.match(late.reason, /too late/);
});

for (const doubt of [{ status: 'unknown' }, { unanswered: { attempt: 1, dotSentAt: now } }] as const)
  test(`what may have arrived has not failed when it is given up: it stays unknown (${Object.keys(doubt)})`, () => {
    const { outcome, reason, retryAt } = classificationOf(refused, { ...doubt, attempt: 2, expiresAt: now });
    assert.deepEqual([outcome, retryAt], ['unknown', undefined]);
    assert.match(reason, /They may have it\. It is not sent again: Given up after 2 attempts/);
    assert.equal(classificationOf(refused, doubt).outcome, 'deferred');
    assert.equal(classificationOf(replied('550 5.1.1 no'), doubt).outcome, 'bounced');
  });

test('every because is a sentence', () => {
  const endings: readonly SmtpOutcome[] = [
    refused,
    replied('550 no'),
    { kind: 'unanswered', text: 'x' },
    { kind: 'lease_lost' },
  ];
  for (const outcome of endings) assert.match(classificationOf(outcome).reason, /^[A-Z].*\.$/s);
});

test('without a permit the delivery is put back, and no attempt is classified', () => {
  const expiresAt = new Date(now.getTime() + hour);
  const delivery = { attempt: 1, acceptedAt: now, expiresAt, status: 'queued' } as const;
  const record = { outcome: { kind: 'no_permit' } } as const;
  const end = classify(rules, { delivery, record, unknownPolicy: 'prefer_no_duplicate', now });
  assert.deepEqual(end, { kind: 'put_back', until: new Date(now.getTime() + 150) });
});
