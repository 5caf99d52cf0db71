/** docs/reliability.md S19: where webhooks are never sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problemOfTarget, problemOfUrl, type TargetRules } from './target.ts';

const strict: TargetRules = {
  allowedNetworks: [],
  ownPorts: new Set([3000, 5432]),
  ownAddresses: new Set(['93.184.216.99']),
};
const development: TargetRules = { ...strict, allowedNetworks: ['127.0.0.0/8', '::1/128'] };

for (const url of [
  'https://127.0.0.1/',
  'https://127.1/',
  'https://127.0.1/',
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://017700000001/',
  'https://127.0.0.1./',
  'https://127。0。0。1/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://x.localhost/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[::127.0.0.1]/',
  'https://[0:0:0:0:0:ffff:10.0.0.1]/',
  'https://[64:ff9b::127.0.0.1]/',
  'https://[64:ff9b:1::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[fd12:3456::1]/',
  'https://[fec0::1]/',
  'https://[ff02::1]/',
  'https://[2001:db8::1]/',
  'https://[fd00:ec2::254]/',
  'https://0.0.0.0/',
  'https://0/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://192.168.0.1/',
  'https://169.254.169.254/latest/meta-data/',
  'https://100.64.0.1/',
  'https://100.100.100.200/',
  'https://192.0.0.192/',
  'https://198.18.0.1/',
  'https://203.0.113.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://93.184.216.99/',
  'http://example.com/',
  'http://93.184.216.34/',
  'ftp://example.com/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/',
  'https://user:secret@example.com/',
  'https://example.com:0/',
  'https://',
  'example.com',
])
  test(`${url} is refused`, () => assert.notEqual(problemOfUrl(url, strict), undefined));

for (const url of [
  'https://example.com/hooks',
  'https://example.com:8443/hooks?key=1#x',
  'https://93.184.216.34/',
  'https://[2606:2800:220:1::1]/',
  'https://xn--bcher-kva.example/',
])
  test(`${url} is taken`, () => assert.equal(problemOfUrl(url, strict), undefined));

test('a network that the operator allows is taken, also over plain HTTP, but not the ports of Waybill', () => {
  for (const url of ['http://127.0.0.1:4000/', 'http://localhost:4000/', 'https://[::1]:4000/'])
    assert.equal(problemOfUrl(url, development), undefined, url);
  for (const url of ['http://127.0.0.1:3000/', 'http://0x7f000001:5432/', 'http://[::ffff:127.0.0.1]:3000/'])
    assert.match(problemOfUrl(url, development) ?? '', /belongs to Waybill/, url);
  assert.notEqual(problemOfUrl('http://10.0.0.1/', development), undefined);
});

test('an address that a name leads to is checked like one in the URL', () => {
  const plain = { port: 80, isPlain: true };
  assert.notEqual(problemOfTarget({ ...plain, ip: '93.184.216.34' }, development), undefined);
  assert.equal(problemOfTarget({ ...plain, ip: '127.0.0.1' }, development), undefined);
  assert.notEqual(problemOfTarget({ port: 443, isPlain: false, ip: '::ffff:127.0.0.1' }, strict), undefined);
});
