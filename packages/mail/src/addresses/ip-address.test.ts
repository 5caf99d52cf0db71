import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressLiteral, normalIp, parseAddressLiteral } from './ip-address.ts';

const spellings: readonly [string, string | undefined][] = [
  ['192.0.2.1', '192.0.2.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['255.255.255.255', '255.255.255.255'],
  ['2001:DB8:0:0::0001', '2001:db8::1'],
  ['::', '::'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['::FFFF:c000:201', '192.0.2.1'],
  ['64:ff9b::192.0.2.1', '64:ff9b::c000:201'],
  ['256.0.0.1', undefined],
  ['192.0.2', undefined],
  ['192.0.2.1.', undefined],
  ['010.0.0.1', undefined],
  ['0x7f.0.0.1', undefined],
  ['2130706433', undefined],
  ['fe80::1%eth0', undefined],
  ['[::1]', undefined],
  ['1:2', undefined],
  ['::1]@evil', undefined],
  ['', undefined],
  ['localhost', undefined],
];

for (const [text, expected] of spellings) {
  test(`${text || 'nothing'} is ${expected ?? 'no IP address'}`, () => {
    assert.equal(normalIp(text), expected);
  });
}

test('an address literal comes back as it was written', () => {
  assert.equal(addressLiteral('192.0.2.1'), '[192.0.2.1]');
  assert.equal(addressLiteral('2001:db8::1'), '[IPv6:2001:db8::1]');
  for (const ip of ['192.0.2.1', '2001:db8::1']) assert.equal(parseAddressLiteral(addressLiteral(ip)), ip);
  for (const text of ['192.0.2.1', '[192.0.2.1', '[2001:db8::1]', '[IPv6:1.2.3.4]', '[]']) {
    assert.equal(parseAddressLiteral(text), undefined);
  }
});
