import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPublicAddress } from './private-address.ts';

const ours: readonly (readonly [string, string])[] = [
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['0.0.0.0', 'this host'],
  ['0.1.2.3', 'this network'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'carrier-grade NAT'],
  ['100.127.255.255', 'carrier-grade NAT'],
  ['169.254.169.254', 'link-local, cloud metadata'],
  ['192.0.0.8', 'protocol assignments'],
  ['192.0.2.1', 'documentation'],
  ['198.51.100.7', 'documentation'],
  ['203.0.113.9', 'documentation'],
  ['192.88.99.1', '6to4 relay'],
  ['198.18.0.1', 'benchmarking'],
  ['198.19.255.255', 'benchmarking'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.255', 'multicast'],
  ['240.0.0.1', 'reserved'],
  ['255.255.255.255', 'broadcast'],
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'link-local with a zone'],
  ['fec0::1', 'site-local'],
  ['fc00::1', 'unique local'],
  ['fdff:ffff::1', 'unique local'],
  ['ff02::1', 'multicast'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['2001::1', 'Teredo'],
  ['2001:2::1', 'benchmarking'],
  ['2002:7f00:1::', '6to4 of loopback'],
  ['100::1', 'discard'],
  ['5f00::1', 'segment routing'],
  ['64:ff9b::7f00:1', 'NAT64 of loopback'],
  ['64:ff9b::a00:1', 'NAT64 of a private address'],
  ['64:ff9b:1::1', 'local NAT64'],
  ['::ffff:127.0.0.1', 'mapped loopback'],
  ['::ffff:7f00:1', 'mapped loopback in hexadecimal'],
  ['::ffff:169.254.169.254', 'mapped link-local'],
  ['::ffff:10.1.2.3', 'mapped private'],
  ['::127.0.0.1', 'compatible loopback'],
  ['2130706433', 'loopback as a number'],
  ['0x7f000001', 'loopback in hexadecimal'],
  ['0177.0.0.1', 'loopback in octal'],
  ['127.1', 'loopback in short'],
  ['localhost', 'a name'],
  ['', 'nothing'],
  [' 8.8.8.8', 'a space'],
  ['8.8.8.8:25', 'a port'],
  ['[2606:4700::1]', 'brackets'],
];

const theirs = [
  '8.8.8.8',
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '192.167.255.255',
  '198.17.255.255',
  '198.20.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001:81b::2003',
  '2001:4860:4860::8888',
  '::ffff:8.8.8.8',
  '64:ff9b::808:808',
];

test('addresses of private networks are not public', () => {
  for (const [address, about] of ours) assert.equal(isPublicAddress(address), false, `${address}: ${about}`);
});

test('addresses of the internet are public', () => {
  for (const address of theirs) assert.equal(isPublicAddress(address), true, address);
});
