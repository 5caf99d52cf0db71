import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Measure } from '../measure.ts';
import { describe, failuresOf, summary } from './report.ts';
import { account, aMeasure } from './some-measure.ts';
import { table } from './table.ts';

test('a run in which everything arrived once and verifies is no failure', () => {
  assert.deepEqual(failuresOf(aMeasure()), []);
});

const failing: readonly [string, Partial<Measure>, RegExp][] = [
  ['a lost message', { account: { ...account, lost: [7] } }, /1 LOST, such as number 7/],
  [
    'what its system says of it',
    { account: { ...account, lost: [7] }, unfinished: '1 × delivery unknown: no reply' },
    /number 7 \(1 × delivery unknown: no reply\)/,
  ],
  ['a duplicate', { account: { ...account, duplicated: [8, 9] } }, /2 DUPLICATED/],
  ['a sample that does not verify', { faults: ['message 100: bad'] }, /1 faults in samples/],
  ['a server that takes nothing', { account: { ...account, accepted: 0 } }, /nothing was accepted/],
];
for (const [what, over, words] of failing)
  test(`${what} fails the run, and the report names it`, () => {
    assert.match(failuresOf(aMeasure(over)).join(), words);
    assert.match(describe(aMeasure(over)), /FAILED/);
  });

test('describes rates, latency, CPU, memory and the account', () => {
  const text = describe(aMeasure({ faults: ['message 100: a', 'message 100: b'] }));
  assert.match(text, /accepted 1,234\/s · delivered 1,200\/s · .* p50 1\.3 ms, p95 2\.0 ms, p99 123 ms/);
  assert.match(text, /CPU 1\.50 s per 1,000 .* peak memory 1,024 MiB/);
  assert.match(text, /of it worker 1\.25, redis-server 0\.25\n/);
  assert.match(text, /9 of 10 samples verify/);
});

test('says what a server refused', () => {
  const sent = { startedAt: 0, offered: 9, refused: 2, broken: 0, trouble: '451 4.3.0 later' };
  assert.match(describe(aMeasure({ sent })), /2 refused \(451 4\.3\.0 later\)/);
});

test('columns line up', () => {
  assert.equal(
    table([
      ['a', 'bb'],
      ['ccc', 'd'],
    ]),
    'a    bb\nccc  d',
  );
  assert.match(summary([aMeasure()]), /^scenario .*\nsmall {5}Waybill on Redis/);
});
