import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limitedIn, maxRecipientsIn } from './limited.ts';
import { type LimitState, limitPhrase, limitStates, refusing, tightest } from './sending-limits.ts';

const at = new Date('2026-02-28T23:30:10Z');
const subjects = [
  { scope: 'account', id: 'a', limits: { perHour: 100, perMonth: 1_000, newPerHour: 5 } },
  { scope: 'stream', id: 's', limits: { perDay: 50, perSecond: 2 } },
] as const;
const remaining = [null, 3, null, 400, 5, 2, null, 50, null, null];
const states = limitStates(subjects, remaining, at);
const said = ({ scope, name, remaining: left }: LimitState) => `${scope} ${name} ${left}`;

test('every limit has what is left of it and the time when it resets', () => {
  assert.deepEqual(states.map(said), [
    'account perHour 3',
    'account perMonth 400',
    'account newPerHour 5',
    'stream perSecond 2',
    'stream perDay 50',
  ]);
  const ends = states.map(({ resetsAt }) => resetsAt.toISOString());
  assert.deepEqual(ends, [
    '2026-03-01T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
    '2026-03-01T00:00:00.000Z',
    '2026-02-28T23:30:11.000Z',
    '2026-03-01T00:00:00.000Z',
  ]);
});

test('the tightest limit has the smallest rest, and of equal rests the longest window', () => {
  assert.equal(tightest(states)?.name, 'perSecond');
  assert.equal(tightest(states.map((state) => ({ ...state, remaining: 0 })))?.name, 'perMonth');
  assert.equal(tightest([]), undefined);
});

test('of the limits that refuse the one that opens last is named', () => {
  const refused = (recipients: number, fresh: number) => refusing(states, { recipients, fresh })?.name;
  assert.equal(refused(2, 2), undefined);
  assert.equal(refused(3, 0), 'perSecond');
  assert.equal(refused(4, 0), 'perHour');
  assert.equal(refused(2, 6), 'newPerHour');
});

test('a limit is named with its window and its owner', () => {
  assert.equal(limitPhrase({ scope: 'account', name: 'perDay' }), 'the limit per day');
  assert.equal(limitPhrase({ scope: 'stream', name: 'perHour' }), 'the limit per hour of the stream');
  assert.equal(limitPhrase({ scope: 'account', name: 'newPerHour' }), 'the limit of new recipients per hour');
});

test('only those with limits are asked for, and the least number of recipients holds', () => {
  const account = { id: 'a', limits: {}, maxRecipients: 50 };
  const stream = { id: 's', limits: { maxRecipients: 10 } };
  const key = { id: 'k', limits: { perHour: 1 } };
  assert.deepEqual(limitedIn({ account, stream, key }), [{ scope: 'credential', ...key }]);
  assert.equal(maxRecipientsIn({ account, stream, key }, 100), 10);
  assert.equal(maxRecipientsIn({ account, stream: undefined, key }, 100), 50);
  const unlimited = { ...account, maxRecipients: undefined };
  assert.equal(maxRecipientsIn({ account: unlimited, stream: undefined, key: undefined }, 100), 100);
});
