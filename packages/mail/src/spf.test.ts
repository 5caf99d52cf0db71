import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSpfRecord, spfLookUps } from './spf.ts';

const table: readonly (readonly [string, number, readonly string[]])[] = [
  ['v=spf1 -all', 0, []],
  ['v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ~all', 0, []],
  ['v=spf1 a mx include:Other.example. ~all', 3, ['other.example']],
  ['v=spf1 a:one.example/24 mx/24 ?ptr exists:%{i}.x.example', 4, []],
  ['v=spf1 redirect=_spf.example', 1, ['_spf.example']],
  ['v=spf1 include:%{d}.example', 1, []],
];
for (const [text, count, domains] of table)
  test(`${text} needs ${count} look-ups`, () => {
    assert.deepEqual(spfLookUps(text), { count, domains });
  });

test('only v=spf1 and a space, or alone, begins an SPF policy', () => {
  assert.deepEqual(['v=spf1', 'V=SPF1 -all', 'v=spf10 -all', ' v=spf1', 'x'].map(isSpfRecord), [
    true,
    true,
    false,
    false,
    false,
  ]);
});
