import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf } from '../in-memory-ports.test-support.ts';
import { checkRecord } from './check-record.ts';
import { type DnsTable, dnsIn } from './dns.test-support.ts';
import type { Zone } from './domain-dns.ts';
import { expectedRecords, type RecordPurpose, type RecordStatus } from './domain-records.ts';

const installation = {
  hostName: 'mx.relay.example',
  returnPathDomain: 'bounces.relay.example',
  trackerHost: 't.relay.example',
  dkimDomain: 'dkim.relay.example',
};
const publicKey = 'A'.repeat(392);
const keys = [
  { selector: 'wb1-x', algorithm: 'rsa', publicKey },
  { selector: 'wb1-x-ed', algorithm: 'ed25519', publicKey: 'BBBB' },
] as const;
const row = {
  id: idOf(60),
  accountId: idOf(1),
  domain: 'mail.acme.example',
  trackingHost: 'go.mail.acme.example',
  dkimRecord: 'txt',
} as const;
const zone: Zone = { kind: 'found', name: 'acme.example', servers: [] };
const records = expectedRecords(row, keys, installation);
const byName = expectedRecords({ ...row, dkimRecord: 'cname' }, keys, installation);

type Stands = Readonly<Record<string, readonly string[] | 'broken'>>;
const tableOf = (stands: Stands): DnsTable => new Map(Object.entries(stands));

function check(purpose: RecordPurpose, stands: Stands, some: { all?: typeof records; zone?: Zone } = {}) {
  const { all = records, zone: of = zone } = some;
  const record = all.find((one) => one.purpose === purpose);
  assert.ok(record);
  const checkedAt = new Date('2026-11-21T10:00:00Z');
  return checkRecord(record, { dns: dnsIn(tableOf(stands)), domain: row.domain, zone: of, all, checkedAt });
}

const valueFor = (purpose: RecordPurpose): string =>
  records.find((one) => one.purpose === purpose)?.value ?? '';
const rsa = 'wb1-x._domainkey.mail.acme.example';
const ownership = '_waybill.mail.acme.example';
const dmarc = '_dmarc.mail.acme.example';
const bounce = 'bounce.mail.acme.example';
const tracking = 'go.mail.acme.example';
const key = valueFor('dkim');
const ourSpf = valueFor('spf');
const includes = Object.fromEntries(
  Array.from({ length: 12 }, (_, index) => [
    `s${index}.example`,
    [`v=spf1 include:s${index + 1}.example -all`],
  ]),
);

const table: readonly (readonly [RecordPurpose, string, Stands, RecordStatus, RegExp?])[] = [
  ['dkim', 'our key', { [rsa]: [key] }, 'ok'],
  [
    'dkim',
    'our key with other spaces',
    { [rsa]: [`k=rsa ; p=${publicKey.slice(0, 200)} ${publicKey.slice(200)};`] },
    'ok',
  ],
  ['dkim', 'our key with spaces at its end', { [rsa]: [`${key}  `] }, 'ok', /begins or ends with spaces/],
  ['dkim', 'another key', { [rsa]: ['v=DKIM1; k=rsa; p=CCCC'] }, 'mismatch', /another key/],
  ['dkim', 'a revoked key', { [rsa]: ['v=DKIM1; p='] }, 'mismatch', /revoked/],
  ['dkim', 'a key for another hash', { [rsa]: [`v=DKIM1; h=sha1; p=${publicKey}`] }, 'mismatch', /forbids/],
  ['dkim', 'quotes inside the value', { [rsa]: [`"${key}"`] }, 'mismatch', /holds quotes/],
  [
    'dkim',
    'a backslash before each semicolon',
    { [rsa]: [key.replaceAll(';', '\\;')] },
    'mismatch',
    /backslashes/,
  ],
  ['dkim', 'a key that is cut at 255 characters', { [rsa]: [key.slice(0, 255)] }, 'mismatch', /cut short/],
  [
    'dkim',
    'the key of the other selector',
    { [rsa]: [records[1]?.value ?? ''] },
    'mismatch',
    /value of wb1-x-ed/,
  ],
  ['dkim', 'our key and another', { [rsa]: [key, 'v=DKIM1; k=rsa; p=CCCC'] }, 'mismatch', /several/],
  ['dkim', 'nothing', {}, 'missing', /no record yet/],
  ['dkim', 'no answer', { [rsa]: 'broken' }, 'unknown', /did not answer/],
  [
    'dkim',
    'a name that has the domain twice',
    { [`${rsa}.mail.acme.example`]: [key] },
    'missing',
    /domain twice/,
  ],
  ['dkim', 'a name that has the zone twice', { [`${rsa}.acme.example`]: [key] }, 'missing', /domain twice/],
  [
    'dkim',
    'a wrong selector',
    { 'default._domainkey.mail.acme.example': [key] },
    'missing',
    /is under default\._domainkey/,
  ],
  [
    'dkim',
    'a name without _domainkey',
    { 'wb1-x.mail.acme.example': [key] },
    'missing',
    /is under wb1-x\.mail/,
  ],
  ['ownership', 'our token among others', { [ownership]: ['other=1', valueFor('ownership')] }, 'ok'],
  [
    'ownership',
    'quotes inside the value',
    { [ownership]: [`"${valueFor('ownership')}"`] },
    'mismatch',
    /quotes/,
  ],
  [
    'ownership',
    'another token',
    { [ownership]: ['waybill-verification=dom_x'] },
    'mismatch',
    /another value/,
  ],
  ['dmarc', 'a stricter policy', { [dmarc]: ['v=DMARC1; p=reject'] }, 'ok'],
  [
    'dmarc',
    'a policy with a tag of the past',
    { [dmarc]: ['v=DMARC1; p=none; pct=20'] },
    'ok',
    /pct= was removed/,
  ],
  ['dmarc', 'a wrong policy', { [dmarc]: ['v=DMARC1; p=nothing'] }, 'mismatch', /syntax is wrong: p=nothing/],
  [
    'dmarc',
    'a comma for a semicolon',
    { [dmarc]: ['v=DMARC1, p=none'] },
    'mismatch',
    /must begin with v=DMARC1;/,
  ],
  ['dmarc', 'two policies', { [dmarc]: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }, 'mismatch', /two DMARC/],
  ['dmarc', 'something else', { [dmarc]: ['google-site-verification=x'] }, 'missing', /no record yet/],
  [
    'dmarc',
    'a policy of the parent',
    { '_dmarc.acme.example': ['v=DMARC1; p=reject'] },
    'ok',
    /policy of _dmarc\.acme\.example/,
  ],
  ['spf', 'ours among others', { [bounce]: ['v=spf1 a include:bounces.relay.example -all'] }, 'ok'],
  [
    'spf',
    'another host',
    { [bounce]: ['v=spf1 include:other.example -all'] },
    'mismatch',
    /Add include:bounces/,
  ],
  ['spf', 'two records', { [bounce]: ['v=spf1 -all', ourSpf] }, 'mismatch', /Two SPF/],
  ['spf', 'quotes inside the value', { [bounce]: [`"${ourSpf}"`] }, 'mismatch', /without quotes/],
  [
    'spf',
    'too many look-ups',
    { [bounce]: ['v=spf1 include:s0.example include:bounces.relay.example -all'], ...includes },
    'mismatch',
    /more than 10 DNS look-ups/,
  ],
  ['return_path', 'our host in capitals', { [`mx ${bounce}`]: ['MX.relay.example.'] }, 'ok'],
  ['return_path', 'another host', { [`mx ${bounce}`]: ['mx.other.example'] }, 'mismatch', /Another host/],
  ['tracking', 'our host', { [`cname ${tracking}`]: ['t.relay.example'] }, 'ok'],
  [
    'tracking',
    'another host',
    { [`cname ${tracking}`]: ['t.other.example'] },
    'mismatch',
    /Point it to t\.relay/,
  ],
  [
    'tracking',
    'a flattened CNAME',
    { [`a ${tracking}`]: ['192.0.2.1'], 'a t.relay.example': ['192.0.2.1', '192.0.2.2'] },
    'mismatch',
    /CNAME flattening/,
  ],
  [
    'tracking',
    'a proxied CNAME',
    { [`a ${tracking}`]: ['104.16.0.1'], 'a t.relay.example': ['192.0.2.1'] },
    'mismatch',
    /leads to 104\.16\.0\.1 .* proxy/,
  ],
];
for (const [purpose, what, stands, status, hint] of table)
  test(`${purpose}: ${what} is ${status}`, async () => {
    const checked = await check(purpose, stands);
    assert.deepEqual([checked.status, checked.checkedAt], [status, '2026-11-21T10:00:00.000Z']);
    if (hint === undefined) assert.equal(checked.hint, undefined);
    else assert.match(checked.hint ?? '', hint);
  });

test('the check says that a domain has no zone, and not that a record is missing', async () => {
  const checked = await check('dkim', {}, { zone: { kind: 'missing' } });
  assert.match(checked.hint ?? '', /no SOA record/);
});

const target = byName[0]?.value ?? '';
const cnames: readonly (readonly [string, Stands, RecordStatus, RegExp?])[] = [
  ['a CNAME to a published key', { [`cname ${rsa}`]: [target], [target]: [key] }, 'ok'],
  [
    'a CNAME to a key that is not published',
    { [`cname ${rsa}`]: [target] },
    'mismatch',
    /operator does not publish/,
  ],
  ['the key itself as TXT', { [rsa]: [key] }, 'ok', /TXT record/],
  ['a CNAME elsewhere', { [`cname ${rsa}`]: ['x.example'] }, 'mismatch', /another host/],
  ['nothing', {}, 'missing', /no record yet/],
];
for (const [what, stands, status, hint] of cnames)
  test(`dkim by CNAME: ${what} is ${status}`, async () => {
    const checked = await check('dkim', stands, { all: byName });
    assert.equal(checked.status, status);
    if (hint !== undefined) assert.match(checked.hint ?? '', hint);
  });

test('a retired key whose record is gone is wanted until its time', async () => {
  const wantedUntil = new Date('2026-12-01T00:00:00Z');
  const all = expectedRecords(row, [{ ...keys[0], wantedUntil }], installation);
  assert.match((await check('dkim', {}, { all })).hint ?? '', /keep it until 2026-12-01/);
});
