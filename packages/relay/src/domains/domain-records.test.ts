import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf } from '../in-memory-ports.test-support.ts';
import { hostInZone } from './domain-dns.ts';
import {
  type CheckedRecord,
  type DomainStatus,
  domainStatusAfter,
  expectedRecords,
  operatorRecords,
  type RecordStatus,
  unchecked,
  zoneFile,
} from './domain-records.ts';

const installation = {
  hostName: 'mx.relay.example',
  returnPathDomain: 'bounces.relay.example',
  trackerHost: 't.relay.example',
  dkimDomain: 'dkim.relay.example',
};
const row = {
  id: idOf(60),
  accountId: idOf(1),
  domain: 'acme.test',
  trackingHost: 'go.acme.test',
  dkimRecord: 'txt',
} as const;
const publicKey = 'A'.repeat(392);
const keys = [
  { selector: 'w1', algorithm: 'rsa', publicKey },
  { selector: 'w1e', algorithm: 'ed25519', publicKey: 'BBBB' },
] as const;
const records = expectedRecords(row, keys, installation);

test('a domain asks for its DKIM keys, ownership, DMARC, return path, SPF and tracking host; only the RSA key is required', () => {
  assert.deepEqual(
    records.map(({ purpose, type, name, required }) => [purpose, type, name, required]),
    [
      ['dkim', 'TXT', 'w1._domainkey.acme.test', true],
      ['dkim', 'TXT', 'w1e._domainkey.acme.test', false],
      ['ownership', 'TXT', '_waybill.acme.test', false],
      ['dmarc', 'TXT', '_dmarc.acme.test', false],
      ['return_path', 'MX', 'bounce.acme.test', false],
      ['spf', 'TXT', 'bounce.acme.test', false],
      ['tracking', 'CNAME', 'go.acme.test', false],
    ],
  );
});

test('without a tracking host, or where the tracker has no name, no tracking record is asked for', () => {
  const { trackerHost: _none, ...nameless } = installation;
  for (const some of [
    expectedRecords({ ...row, trackingHost: undefined }, keys, installation),
    expectedRecords(row, keys, nameless),
  ])
    assert.ok(some.every(({ purpose }) => purpose !== 'tracking'));
});

test('with CNAME the owner points to names at which the operator publishes the keys', () => {
  const byName = { ...row, dkimRecord: 'cname' } as const;
  const [first] = expectedRecords(byName, keys, installation);
  const [published] = operatorRecords(byName, keys, installation);
  assert.equal(first?.type, 'CNAME');
  assert.match(first.value, /^w1\.dom-[0-9a-z]{26}\.dkim\.relay\.example$/);
  assert.deepEqual([published?.name, published?.value], [first.value, `v=DKIM1; k=rsa; p=${publicKey}`]);
  assert.deepEqual(operatorRecords(row, keys, installation), []);
});

const hosts: readonly (readonly [string, string | undefined, string | undefined])[] = [
  ['w1._domainkey.mail.acme.test', 'acme.test', 'w1._domainkey.mail'],
  ['acme.test', 'acme.test', '@'],
  ['acme.test', undefined, undefined],
  ['xacme.test', 'acme.test', undefined],
];
for (const [name, zone, host] of hosts)
  test(`the host of ${name} in ${zone ?? 'no zone'} is ${host ?? 'not known'}`, () => {
    assert.equal(hostInZone(name, zone), host);
  });

const withDkim = (status: RecordStatus): readonly CheckedRecord[] =>
  records.map((record) => ({ ...unchecked(record), status: record.required ? status : 'missing' }));

for (const [before, status, after] of [
  ['pending', 'ok', 'verified'],
  ['pending', 'missing', 'pending'],
  ['verified', 'missing', 'degraded'],
  ['verified', 'unknown', 'verified'],
  ['degraded', 'unknown', 'degraded'],
  ['degraded', 'ok', 'verified'],
  ['verified', 'mismatch', 'degraded'],
  ['pending', 'propagating', 'pending'],
  ['verified', 'propagating', 'verified'],
] as const satisfies readonly (readonly [DomainStatus, RecordStatus, DomainStatus])[])
  test(`a ${before} domain whose key is ${status} is ${after}`, () => {
    assert.equal(domainStatusAfter(before, withDkim(status)), after);
  });

test('a domain without a required record is never verified', () => {
  assert.equal(domainStatusAfter('pending', []), 'pending');
});

test('a zone file holds absolute names and strings of at most 255 bytes', () => {
  const lines = zoneFile(records).trimEnd().split('\n');
  assert.equal(lines.length, 7);
  const [rsa = ''] = lines;
  assert.match(rsa, /^w1\._domainkey\.acme\.test\. 3600 IN TXT "v=DKIM1; k=rsa; p=A+" "A+"$/);
  for (const [, text = ''] of rsa.matchAll(/"([^"]*)"/g)) assert.ok(text.length <= 255);
  assert.equal(lines[4], 'bounce.acme.test. 3600 IN MX 10 mx.relay.example.');
  assert.equal(lines[6], 'go.acme.test. 3600 IN CNAME t.relay.example.');
});
