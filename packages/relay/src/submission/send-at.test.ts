import assert from 'node:assert/strict';
import { test } from 'node:test';
import { refusals } from '../refusal-table.ts';
import { isEarly, laterOf, MAX_SEND_AT_DAYS, readSendAt } from './send-at.ts';

const now = new Date('2026-03-01T10:00:00.000Z');

const taken: readonly (readonly [string | undefined, string | undefined])[] = [
  [undefined, undefined],
  ['2026-03-01T10:00:00.001Z', '2026-03-01T10:00:00.001Z'],
  ['2026-03-01t12:00:05+02:00', '2026-03-01T10:00:05.000Z'],
  ['2026-03-01 10:01Z', '2026-03-01T10:01:00.000Z'],
  ['2026-03-01T10:00:05.250123Z', '2026-03-01T10:00:05.250Z'],
  ['2026-03-31T10:00:00Z', '2026-03-31T10:00:00.000Z'],
  // Now, and within the minute before.
  ['2026-03-01T10:00:00Z', undefined],
  ['2026-03-01T09:59:00Z', undefined],
];
for (const [wish, at] of taken)
  test(`a message for ${wish} is sent ${at ? `at ${at}` : 'at once'}`, () => {
    const read = readSendAt(wish, now);
    assert.ok('at' in read, JSON.stringify(read));
    assert.equal(read.at?.toISOString(), at);
  });

const refused: readonly (readonly [string, RegExp])[] = [
  ['', /not a date/],
  ['tomorrow', /not a date/],
  ['1772359200', /not a date/],
  ['2026-03-02', /not a date/],
  ['2026-03-02T10:00:00', /not a date/],
  ['2026-02-29T10:00:00Z', /not a date/],
  ['2026-02-30T10:00:00Z', /not a date/],
  ['2026-04-31T10:00:00Z', /not a date/],
  ['2026-13-01T10:00:00Z', /not a date/],
  ['2026-00-10T10:00:00Z', /not a date/],
  ['2026-03-00T10:00:00Z', /not a date/],
  ['2026-03-02T24:00:00Z', /not a date/],
  ['2026-03-02T10:60:00Z', /not a date/],
  ['2026-03-02T10:00:00+24:00', /not a date/],
  ['2026-03-02T10:00:00Z and more', /not a date/],
  [
    '2026-03-01T09:58:59.999Z',
    /2026-03-01T09:58:59\.999Z is in the past, it is now 2026-03-01T10:00:00\.000Z/,
  ],
  ['0000-01-01T00:00:00Z', /in the past/],
  ['2026-03-31T10:00:00.001Z', /too far ahead\. .* now until 2026-03-31T10:00:00\.000Z/],
  ['9999-12-31T23:59:59Z', /too far ahead/],
];
for (const [wish, fault] of refused)
  test(`a client that asks for ${JSON.stringify(wish)} is refused and gets the limit`, () => {
    const read = readSendAt(wish, now);
    assert.ok('fault' in read, JSON.stringify(read));
    assert.match(read.fault, fault);
    assert.match(read.fault, /at most 30 days/);
    assert.equal(laterOf(wish, now), undefined);
  });

test('the fix that a refusal names has the limit of the rule', () =>
  assert.match(refusals.send_time_refused.fix, new RegExp(`at most ${MAX_SEND_AT_DAYS} days`)));

test('a message is early until its send time', () => {
  const sendAt = new Date('2026-03-01T10:00:00.000Z');
  assert.equal(isEarly({ sendAt }, new Date('2026-03-01T09:59:59.999Z')), true);
  assert.equal(isEarly({ sendAt }, sendAt), false);
  assert.equal(isEarly({ sendAt: undefined }, now), false);
});
