import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatDate, isDateTime, parseDate } from './date.ts';

const pairs: readonly [string, string][] = [
  ['Sat, 21 Nov 2026 09:22:43 +0000', '2026-11-21T09:22:43Z'],
  ['Thu, 1 Jan 1970 00:00:00 +0000', '1970-01-01T00:00:00Z'],
  ['Thu, 29 Feb 2024 23:59:59 +0000', '2024-02-29T23:59:59Z'],
];

for (const [text, iso] of pairs) {
  test(`writes ${iso} as ${text} and reads it back`, () => {
    assert.equal(formatDate(new Date(iso)), text);
    assert.equal(parseDate(text)?.getTime(), Date.parse(iso));
  });
}

test('the day of the week is right through a leap year', () => {
  for (let day = 0; day < 366; day++) {
    const date = new Date(Date.UTC(2028, 0, 1 + day, 12));
    assert.equal(formatDate(date), date.toUTCString().replace(/, 0/, ', ').replace('GMT', '+0000'));
  }
});

test('half a second is no part of it', () => {
  assert.equal(formatDate(new Date('2026-11-21T09:22:43.999Z')), 'Sat, 21 Nov 2026 09:22:43 +0000');
});

test('an invalid date is never written', () => {
  assert.throws(() => formatDate(new Date(Number.NaN)), RangeError);
});

const read: readonly [string, string][] = [
  // RFC 5322 appendix A
  ['Fri, 21 Nov 1997 09:55:06 -0600', '1997-11-21T15:55:06Z'],
  ['Tue, 1 Jul 2003 10:52:37 +0200', '2003-07-01T08:52:37Z'],
  ['21 Nov 97 09:55:06 GMT', '1997-11-21T09:55:06Z'],
  ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z'],
  [
    'Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)',
    '1969-02-14T03:02:00Z',
  ],
  ['21 Nov 1997 09:55 -0600', '1997-11-21T15:55:00Z'],
  ['Fri, 11 Jul 2003 21:00:37 -0700 (PDT)', '2003-07-12T04:00:37Z'],
  ['fri, 11 jul 2003 21:00:37 pdt', '2003-07-12T04:00:37Z'],
  ['1 Jan 49 00:00:00 UT', '2049-01-01T00:00:00Z'],
  ['1 Jan 50 00:00:00 Z', '1950-01-01T00:00:00Z'],
  ['1 Jan 101 00:00:00 -0000', '2001-01-01T00:00:00Z'],
  ['1 Jan 2026 00:00:00 CEST', '2026-01-01T00:00:00Z'],
  ['31 Dec 2016 23:59:60 +0000', '2016-12-31T23:59:59Z'],
];

for (const [text, iso] of read) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.equal(parseDate(text)?.getTime(), Date.parse(iso));
  });
}

const refused = [
  '',
  'now',
  '2026-11-21T09:22:43Z',
  'Sat, 31 Jun 2026 09:22:43 +0000',
  'Sun, 29 Feb 2026 09:22:43 +0000',
  'Sat, 0 Nov 2026 09:22:43 +0000',
  'Sat, 21 Nov 2026 24:00:00 +0000',
  'Sat, 21 Nov 2026 09:60:00 +0000',
  'Sat, 21 Nov 2026 09:22:61 +0000',
  'Sat, 21 Nov 2026 09:22:43',
  'Sat, 21 Nov 2026 09:22:43 +0060',
  'Sa, 21 Nov 2026 09:22:43 +0000',
  'Sam, 21 Nou 2026 09:22:43 +0000',
  'Sat, 21 Nov 2026 09:22:43 +0000 ((deep))',
  'Sat, 1 Jan 0050 09:22:43 +0000',
];

for (const text of refused) {
  test(`${JSON.stringify(text)} names no moment`, () => {
    assert.equal(parseDate(text), undefined);
  });
}

const valid = [
  ...read.map(([text]) => text),
  'Sat, 28 Nov 2026 10:00:00 +0000',
  'Sun, 28 Nov 2026 10:00:00 +0000',
  'Sat, 28 Nov 2026 10:00:00 +0100 (a (nested) zone)',
  `Sat, 28 Nov 2026 10:00:00 +0100 (${'long '.repeat(100)})`,
  '28Nov2026 10:00 GMT',
  'Tue, 29 Feb 2028 23:59:59 -0000',
];
for (const text of valid) {
  test(`${JSON.stringify(text).slice(0, 60)} is a valid Date`, () => assert.equal(isDateTime(text), true));
}

const invalid = [
  ...refused.filter((text) => !text.includes('((')),
  '2026-11-28 10:00:00',
  '2026-11-28T10:00:00+01:00',
  'yesterday',
  'Die, 28 Nov 2026 10:00:00 +0100',
  'Sat, 28 Nov 2026 10:00:00 +0100 (open',
  'Sat, 28 Nov 2026 10:00:00 GMT+0100 (CET)',
  'Sun, 30 Feb 2026 10:00:00 +0000',
  '1795902010',
];
for (const text of invalid) {
  test(`${JSON.stringify(text)} is no valid Date`, () => assert.equal(isDateTime(text), false));
}
