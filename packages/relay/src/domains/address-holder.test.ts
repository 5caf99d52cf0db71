import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holderOf } from './address-holder.ts';

const holders: readonly (readonly [string, string])[] = [
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2::', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['fe80::1%eth0', 'fe80::1%eth0'],
];
for (const [ip, holder] of holders)
  test(`${ip} counts as ${holder}`, () => {
    assert.equal(holderOf(ip), holder);
  });
