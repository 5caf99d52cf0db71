import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBounceOfSender, type Outcomes, pauseReason } from './pause-rule.ts';

const byDefault = { maxBounceRate: undefined, maxComplaintRate: undefined };
const outcomes = (some: Partial<Outcomes>): Outcomes => ({
  delivered: 0,
  bounced: 0,
  complained: 0,
  ...some,
});

const cases: readonly (readonly [what: string, some: Partial<Outcomes>, reason: RegExp | undefined])[] = [
  ['199 deliveries that all bounced', { bounced: 199 }, undefined],
  ['5 % of bounces', { delivered: 190, bounced: 10 }, undefined],
  [
    'more than 5 % of bounces',
    { delivered: 189, bounced: 11 },
    /^11 of 200 .* bounced: 5\.5 %, the limit is 5 %$/,
  ],
  ['0.1 % of complaints', { delivered: 1_000, complained: 1 }, undefined],
  [
    'more than 0.1 % of complaints',
    { delivered: 1_000, complained: 2 },
    /^2 of 1000 .* 0\.2 %, the limit is 0\.1 %$/,
  ],
];
for (const [what, some, reason] of cases)
  test(`${what} ${reason ? 'suspend an account' : 'do not suspend an account'}`, () => {
    const given = pauseReason(outcomes(some), byDefault);
    if (reason) assert.match(given ?? '', reason);
    else assert.equal(given, undefined);
  });

test('the operator sets other rates, and 1 never suspends', () => {
  const bounced = outcomes({ delivered: 100, bounced: 100, complained: 100 });
  assert.equal(pauseReason(bounced, { maxBounceRate: 1, maxComplaintRate: 1 }), undefined);
  assert.match(pauseReason(bounced, { maxBounceRate: 1, maxComplaintRate: undefined }) ?? '', /complained/);
  assert.match(
    pauseReason(outcomes({ delivered: 399, bounced: 1 }), { ...byDefault, maxBounceRate: 0 }) ?? '',
    /0\.25 %/,
  );
});

test('a refusal of our address or network does not speak against the sender', () => {
  assert.ok(isBounceOfSender('recipient') && isBounceOfSender('content') && isBounceOfSender(undefined));
  assert.ok(!isBounceOfSender('sender_ip') && !isBounceOfSender('network'));
});
