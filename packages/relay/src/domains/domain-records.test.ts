import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type CheckedRecord,
  compareRecord,
  type DomainStatus,
  domainStatusAfter,
  expectedRecords,
  type RecordPurpose,
  type RecordStatus,
  unchecked,
  zoneFile,
} from './domain-records.ts';

const installation = { hostName: 'mx.relay.example', returnPathDomain: 'bounces.relay.example' };
const publicKey = 'A'.repeat(392);
const keys = [
  { selector: 'w1', algorithm: 'rsa', publicKey },
  { selector: 'w1e', algorithm: 'ed25519', publicKey: 'BBBB' },
] as const;
const records = expectedRecords('acme.test', keys, installation);
const ours = (purpose: RecordPurpose) => {
  const record = records.find((one) => one.purpose === purpose);
  assert.ok(record);
  return record;
};
const checkedAt = new Date('2026-11-21T10:00:00Z');
const value = (purpose: RecordPurpose): string => ours(purpose).value;

test('a domain asks for both DKIM keys, DMARC, SPF and the return path; only the RSA key is required', () => {
  assert.deepEqual(
    records.map(({ purpose, type, name, required }) => [purpose, type, name, required]),
    [
      ['dkim', 'TXT', 'w1._domainkey.acme.test', true],
      ['dkim', 'TXT', 'w1e._domainkey.acme.test', false],
      ['dmarc', 'TXT', '_dmarc.acme.test', false],
      ['return_path', 'MX', 'bounce.acme.test', false],
      ['spf', 'TXT', 'bounce.acme.test', false],
    ],
  );
});

const table: readonly (readonly [
  RecordPurpose,
  string,
  readonly string[] | undefined,
  RecordStatus,
  RegExp?,
])[] = [
  ['dkim', 'our key', [value('dkim')], 'ok'],
  [
    'dkim',
    'our key in another spelling',
    [`k=rsa ; p=${publicKey.slice(0, 200)} ${publicKey.slice(200)};`],
    'ok',
  ],
  ['dkim', 'another key', ['v=DKIM1; k=rsa; p=CCCC'], 'mismatch', /another key/],
  ['dkim', 'a revoked key', ['v=DKIM1; p='], 'mismatch', /revoked/],
  ['dkim', 'a key for another hash', [`v=DKIM1; h=sha1; p=${publicKey}`], 'mismatch', /forbids/],
  ['dkim', 'quotes in the value', [`"${value('dkim')}"`], 'mismatch', /quotes/],
  ['dkim', 'our key and another', [value('dkim'), 'v=DKIM1; k=rsa; p=CCCC'], 'mismatch', /several/],
  ['dkim', 'nothing', [], 'missing', /no record yet/],
  ['dkim', 'no answer', undefined, 'unknown', /did not answer/],
  ['dmarc', 'a stricter policy', ['v=DMARC1; p=reject'], 'ok'],
  ['dmarc', 'two policies', ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], 'mismatch', /two DMARC/],
  ['dmarc', 'something else', ['google-site-verification=x'], 'missing', /no record yet/],
  ['spf', 'ours among others', ['v=spf1 a include:bounces.relay.example -all'], 'ok'],
  ['spf', 'another host', ['v=spf1 include:other.example -all'], 'mismatch', /Add include:bounces/],
  ['spf', 'two records', ['v=spf1 -all', 'v=spf1 ~all'], 'mismatch', /Two/],
  ['return_path', 'our host at another preference', ['5 MX.relay.example.'], 'ok'],
  ['return_path', 'another host', ['10 mx.other.example'], 'mismatch', /Another host/],
];
for (const [purpose, what, found, status, hint] of table)
  test(`${purpose}: ${what} is ${status}`, () => {
    const checked = compareRecord(ours(purpose), { found, checkedAt });
    assert.equal(checked.status, status);
    assert.deepEqual(checked.found, found ?? []);
    if (hint === undefined) assert.equal(checked.hint, undefined);
    else assert.match(checked.hint ?? '', hint);
  });

test('a record under a name with the domain twice gets a hint of its own', () => {
  const checked = compareRecord(ours('dkim'), { found: [], elsewhere: [value('dkim')], checkedAt });
  assert.equal(checked.status, 'missing');
  assert.match(checked.hint ?? '', /domain twice/);
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
] as const satisfies readonly (readonly [DomainStatus, RecordStatus, DomainStatus])[])
  test(`a ${before} domain whose key is ${status} is ${after}`, () => {
    assert.equal(domainStatusAfter(before, withDkim(status)), after);
  });

test('a domain without a required record is never verified', () => {
  assert.equal(domainStatusAfter('pending', []), 'pending');
});

test('a zone file holds absolute names and strings of at most 255 bytes', () => {
  const lines = zoneFile(records).trimEnd().split('\n');
  assert.equal(lines.length, 5);
  const [rsa = ''] = lines;
  assert.match(rsa, /^w1\._domainkey\.acme\.test\. 3600 IN TXT "v=DKIM1; k=rsa; p=A+" "A+"$/);
  for (const [, text = ''] of rsa.matchAll(/"([^"]*)"/g)) assert.ok(text.length <= 255);
  assert.equal(lines[3], 'bounce.acme.test. 3600 IN MX 10 mx.relay.example.');
});
