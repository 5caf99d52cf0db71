import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ledgerGraceMs, nextAttemptAt, type RetryFacts, waitHint } from './retry-schedule.ts';

const now = new Date('2026-03-01T10:00:00Z');
const MINUTE = 60_000;
const later = (minutes: number): Date => new Date(now.getTime() + minutes * MINUTE);
const facts = (some: Partial<RetryFacts> = {}): RetryFacts => ({
  expiresAt: later(2880),
  random: 0.5,
  ...some,
});
const minutesUntil = (attempt: number, some?: Partial<RetryFacts>): number | undefined => {
  const at = nextAttemptAt(attempt, now, facts(some));
  return at && (at.getTime() - now.getTime()) / MINUTE;
};

const schedule = [1, 3, 7, 15, 30, 60, 120, 240, 360, 360, 360];
for (const [index, minutes] of schedule.entries()) {
  test(`after attempt ${index + 1} comes another in ${minutes} minutes, give or take 15 %`, () => {
    assert.equal(minutesUntil(index + 1), minutes);
    assert.equal(minutesUntil(index + 1, { random: 0 })?.toFixed(3), (minutes * 0.85).toFixed(3));
    const latest = minutesUntil(index + 1, { random: 0.999999 }) ?? 0;
    assert.ok(latest < minutes * 1.15 && latest > minutes * 1.149);
  });
}

test('the schedule can be configured; its last wait repeats', () => {
  const waits = [2 * MINUTE, 5 * MINUTE];
  assert.deepEqual(
    [1, 2, 3, 9].map((attempt) => minutesUntil(attempt, { waits })),
    [2, 5, 5, 5],
  );
});

const expiries: readonly (readonly [attempt: number, left: number, next: number | undefined])[] = [
  [1, 2880, 1],
  [9, 2880, 360],
  [9, 361, 360],
  [9, 360, 359.5],
  [9, 10, 9.5],
  [9, 2, undefined],
  [1, 1, undefined],
  [1, 0, undefined],
  [1, -5, undefined],
];
for (const [attempt, left, next] of expiries) {
  test(`attempt ${attempt} with ${left} minutes left is followed by ${next === undefined ? 'nothing' : `one in ${next}`}`, () => {
    assert.equal(minutesUntil(attempt, { expiresAt: later(left) }), next);
  });
}

const hints: readonly (readonly [string, number | undefined])[] = [
  ['Please try again in 300 seconds', 300],
  ['Greylisted, please try again in 5 minutes.', 300],
  ['Greylisting in action, please come back in 00:04:57', undefined],
  ['Greylisted for 120 seconds', 120],
  ['Deferred: retry after 2 hours', 7200],
  ['try again later, wait 45s', 45],
  ['Too many messages, retry-after: 600', 600],
  ['Try again in 1 second', 30],
  ['Try again in 999999 hours', 86_400],
  ['Try again in 0 seconds', undefined],
  ['Try again later', undefined],
  ['sent 500 messages in 1 hour', undefined],
  ['550 users', undefined],
  ['error 4.7.0 in session 12', undefined],
  ['', undefined],
];
for (const [text, seconds] of hints) {
  test(`“${text}” asks us to wait ${seconds ?? 'no certain time'}`, () => {
    assert.equal(waitHint(text), seconds && seconds * 1000);
  });
}

test('no attempt comes before the hinted time', () => {
  const replyText = 'try again in 20 minutes';
  assert.equal(minutesUntil(1, { replyText, random: 0 }), 20);
  assert.equal(minutesUntil(8, { replyText, random: 0 }), 20);
  assert.ok((minutesUntil(1, { replyText, random: 0.99 }) ?? 0) <= 23);
});

test('hints cannot cause attempts at short intervals for ever', () => {
  assert.equal(minutesUntil(11, { replyText: 'try again in 1 minute' }), 360);
});

test('a hint beyond the expiry gives up at once', () => {
  assert.equal(minutesUntil(1, { replyText: 'try again in 3 hours', expiresAt: later(60) }), undefined);
});

test('a delivery is overdue only after the longest wait, its spread, a lease and an hour', () => {
  const hour = 3_600_000;
  assert.equal(Math.round(ledgerGraceMs()), Math.round(6 * hour * 1.15 + hour));
  assert.equal(
    Math.round(ledgerGraceMs([12 * hour, 1], 900_000)),
    Math.round(12 * hour * 1.15 + 1.25 * hour),
  );
  assert.ok(ledgerGraceMs([600]) >= 2 * hour);
});
