import assert from 'node:assert/strict';
import { test } from 'node:test';
import { byPrefix, containsIp, isInNetworks, isLoopback, parseNetwork } from './networks.ts';

const contained: readonly (readonly [string, string, boolean])[] = [
  ['192.0.2.0/24', '192.0.2.255', true],
  ['192.0.2.0/24', '192.0.3.0', false],
  ['192.0.2.7/24', '192.0.2.9', true],
  ['192.0.2.1', '192.0.2.1', true],
  ['192.0.2.1', '192.0.2.2', false],
  ['192.0.2.0/24', '::ffff:192.0.2.9', true],
  ['192.0.2.0/24', '::ffff:c000:209', true],
  ['::ffff:192.0.2.0/120', '192.0.2.9', true],
  ['::ffff:192.0.2.0/120', '192.0.3.9', false],
  ['2001:db8::/32', '2001:DB8:0:0::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['::/0', '192.0.2.1', false],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['0.0.0.0/0', '203.0.113.9', true],
  ['192.0.2.0/33', '192.0.2.0', false],
  ['192.0.2.0/24', '192.0.2', false],
  ['192.0.2.0/24', '0300.0.2.1', false],
  ['192.0.2.0/24', '3221225985', false],
  ['nonsense', '192.0.2.1', false],
  ['192.0.2.0/24', '', false],
];
for (const [cidr, ip, isInside] of contained) {
  test(`${cidr} ${isInside ? 'contains' : 'does not contain'} ${JSON.stringify(ip)}`, () => {
    assert.equal(containsIp(cidr, ip), isInside);
    assert.equal(isInNetworks(['198.51.100.0/24', cidr], ip), isInside);
  });
}

const networks: readonly (readonly [string, string | undefined])[] = [
  ['10.1.2.3/8', '10.0.0.0/8'],
  [' 10.1.2.3 ', '10.1.2.3/32'],
  ['2001:DB8::1', '2001:db8::1/128'],
  ['2001:db8::1/32', '2001:db8::/32'],
  ['::ffff:10.0.0.0/104', '10.0.0.0/8'],
  ['::ffff:10.0.0.0/95', undefined],
  ['10.0.0.0/-1', undefined],
  ['10.0.0.0/8/8', undefined],
  ['10/8', undefined],
  ['010.0.0.0/8', undefined],
  ['host.example', undefined],
  ['', undefined],
];
for (const [text, cidr] of networks) {
  test(`the network ${JSON.stringify(text)} is written ${cidr ?? 'in no way'}`, () => {
    assert.equal(parseNetwork(text)?.cidr, cidr);
  });
}

test('the longest prefix comes first', () => {
  const sorted = byPrefix([{ prefixLength: 8 }, { prefixLength: 32 }, { prefixLength: 24 }]);
  assert.deepEqual(
    sorted.map((one) => one.prefixLength),
    [32, 24, 8],
  );
});

const hosts: readonly (readonly [string, boolean])[] = [
  ['localhost', true],
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['[::1]', true],
  ['::ffff:127.0.0.1', true],
  ['0.0.0.0', false],
  ['::', false],
  ['10.0.0.1', false],
  ['127.0.0.1.example.com', false],
  ['localhost.example.com', false],
  ['', false],
];
for (const [host, expected] of hosts) {
  test(`${JSON.stringify(host)} is ${expected ? '' : 'not '}this machine`, () => {
    assert.equal(isLoopback(host), expected);
  });
}
