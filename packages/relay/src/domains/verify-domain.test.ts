import assert from 'node:assert/strict';
import { test } from 'node:test';
import { idOf } from '../in-memory-ports.test-support.ts';
import { dnsIn, dnsOf } from './dns.test-support.ts';
import type { DomainDns } from './domain-dns.ts';
import type { DomainStatus } from './domain-records.ts';
import { type Checked, type SenderDomain, type SenderKey, verifyDomain } from './verify-domain.ts';

const publicKey = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';
const aKey = (some: Partial<SenderKey> = {}): SenderKey => ({
  id: idOf(50),
  selector: 'wb1',
  algorithm: 'rsa',
  publicKey,
  state: 'active',
  retiredAt: undefined,
  ...some,
});
const aDomain = (some: Partial<SenderDomain> = {}): SenderDomain => ({
  id: idOf(60),
  accountId: idOf(1),
  domain: 'acme.test',
  status: 'verified',
  returnPathStatus: 'pending',
  trackingHost: undefined,
  trackingStatus: 'pending',
  dkimRecord: 'txt',
  checks: [],
  keys: [aKey()],
  ...some,
});

/** `undefined` gets no answer. */
const dns = (table: Readonly<Record<string, string | undefined>>): DomainDns =>
  dnsIn(
    new Map(
      Object.entries(table).map(([name, text]) => [name, text === undefined ? 'broken' : [text]] as const),
    ),
  );

async function verified(row: SenderDomain, lookUp: DomainDns) {
  let now = row;
  let last: Checked | undefined;
  const after = await verifyDomain(row, {
    lookUp,
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    now: () => new Date('2026-03-01T10:00:00Z'),
    senderDomains: {
      async saveChecks(_account, _id, checked) {
        last = checked;
        now = { ...now, status: checked.status, returnPathStatus: checked.returnPathStatus };
      },
      async switchKeys(_account, _id, { activate, retire, at }) {
        const switched = (key: SenderKey): SenderKey => {
          if (retire.includes(key.id)) return { ...key, state: 'retired', retiredAt: at };
          return activate.includes(key.id) ? { ...key, state: 'active' } : key;
        };
        now = { ...now, keys: now.keys.map(switched) };
      },
      takeOver: async () => undefined,
      holder: async () => undefined,
      one: async () => now,
    },
  });
  return {
    returnPath: after?.returnPathStatus,
    status: after?.status,
    states: after?.keys.map(({ state }) => state),
    checks: last?.checks ?? [],
    change: last?.change,
  };
}

const stands = `v=DKIM1; k=rsa; p=${publicKey}`;
const name = 'wb1._domainkey.acme.test';

const outcomes: readonly (readonly [
  string,
  DomainStatus,
  Readonly<Record<string, string | undefined>>,
  DomainStatus,
])[] = [
  ['stands', 'verified', { [name]: stands }, 'verified'],
  ['has disappeared', 'verified', {}, 'degraded'],
  ['was replaced', 'verified', { [name]: 'v=DKIM1; k=rsa; p=AAAA' }, 'degraded'],
  ['cannot be looked up', 'verified', { [name]: undefined }, 'verified'],
  ['cannot be looked up', 'degraded', { [name]: undefined }, 'degraded'],
  ['is back', 'degraded', { [name]: stands }, 'verified'],
  ['is not there yet', 'pending', {}, 'pending'],
];
for (const [how, before, table, after] of outcomes)
  test(`a ${before} domain whose DKIM record ${how} is ${after}`, async () => {
    assert.equal((await verified(aDomain({ status: before }), dns(table))).status, after);
  });

test('a key signs once its record is seen, and the replaced key retires', async () => {
  const keys = [aKey(), aKey({ id: idOf(51), selector: 'wb2', state: 'published' })];
  const both = { [name]: stands, 'wb2._domainkey.acme.test': stands };
  assert.deepEqual((await verified(aDomain({ keys }), dns(both))).states, ['retired', 'active']);
  assert.deepEqual((await verified(aDomain({ keys }), dns({ [name]: stands }))).states, [
    'active',
    'published',
  ]);
});

const bounceMx = { 'mx bounce.acme.test': 'mx.waybill.test' };
const bounceSpf = { 'bounce.acme.test': 'v=spf1 include:bounces.waybill.test ~all' };
const returnPaths: readonly (readonly [
  string,
  DomainStatus,
  Readonly<Record<string, string | undefined>>,
  DomainStatus,
])[] = [
  ['whose MX and SPF records stand', 'pending', { ...bounceMx, ...bounceSpf }, 'verified'],
  ['whose SPF record is missing', 'pending', bounceMx, 'pending'],
  ['whose MX record is missing', 'pending', bounceSpf, 'pending'],
  [
    'whose MX record points elsewhere',
    'verified',
    { ...bounceSpf, 'mx bounce.acme.test': 'mx.other.test' },
    'degraded',
  ],
  ['whose SPF record is gone', 'verified', bounceMx, 'degraded'],
  [
    'whose records cannot be looked up',
    'verified',
    { ...bounceSpf, 'mx bounce.acme.test': undefined },
    'verified',
  ],
  ['whose records are back', 'degraded', { ...bounceMx, ...bounceSpf }, 'verified'],
];
for (const [how, returnPathStatus, table, after] of returnPaths)
  test(`a ${returnPathStatus} return path ${how} is ${after}, and the domain stays verified`, async () => {
    const found = await verified(aDomain({ returnPathStatus }), dns({ [name]: stands, ...table }));
    assert.deepEqual([found.returnPath, found.status], [after, 'verified']);
  });

const oldName = 'wb0._domainkey.acme.test';
const retired = (retiredAt: string) =>
  aKey({ id: idOf(52), selector: 'wb0', state: 'retired', retiredAt: new Date(retiredAt) });

test('the record of a retired key is wanted for two weeks, and its loss is reported but degrades nothing', async () => {
  const row = aDomain({ keys: [aKey(), retired('2026-02-20T10:00:00Z')] });
  const gone = await verified(row, dns({ [name]: stands }));
  const record = gone.checks.find((check) => check.name === oldName);
  assert.deepEqual(
    [record?.status, record?.required, record?.wantedUntil?.toISOString()],
    ['missing', false, '2026-03-06T10:00:00.000Z'],
  );
  assert.match(record?.hint ?? '', /keep it until 2026-03-06T10:00:00\.000Z/);
  assert.deepEqual([gone.status, gone.states], ['verified', ['active', 'retired']]);
  const kept = await verified(row, dns({ [name]: stands, [oldName]: stands }));
  assert.equal(kept.checks.find((check) => check.name === oldName)?.status, 'ok');
});

test('the record of a key that was retired more than two weeks ago is not asked for', async () => {
  const row = aDomain({ keys: [aKey(), retired('2026-02-15T09:59:59Z')] });
  const { checks } = await verified(row, dns({ [name]: stands }));
  assert.equal(
    checks.some((check) => check.name === oldName),
    false,
  );
});

test('an owner may replace the old record by the new one: the new key signs at once', async () => {
  const keys = [aKey(), aKey({ id: idOf(51), selector: 'wb2', state: 'published' })];
  for (const status of ['verified', 'degraded'] as const) {
    const found = await verified(aDomain({ status, keys }), dns({ 'wb2._domainkey.acme.test': stands }));
    assert.deepEqual([found.status, found.states], ['verified', ['retired', 'active']]);
  }
});

test('during a rotation the loss of the active record degrades the domain, while the new one is not seen', async () => {
  const keys = [aKey(), aKey({ id: idOf(51), selector: 'wb2', state: 'published' })];
  const found = await verified(aDomain({ keys }), dns({}));
  assert.deepEqual([found.status, found.states], ['degraded', ['active', 'published']]);
});

test('a record under a name with the domain twice is found and gets a hint', async () => {
  const { checks } = await verified(aDomain({ status: 'pending' }), dns({ [`${name}.acme.test`]: stands }));
  assert.match(checks.find((check) => check.name === name)?.hint ?? '', /twice/);
});

const both = (selector: string): readonly [string, readonly string[]] => [
  `${selector}._domainkey.acme.test`,
  [stands],
];

test('a new key does not sign while one of the servers does not show it, and the old one goes on', async () => {
  const keys = [aKey(), aKey({ id: idOf(51), selector: 'wb2', state: 'published' })];
  const authoritative = { server: 'ns1', isAuthoritative: true, table: new Map([both('wb1'), both('wb2')]) };
  const late = dnsOf([authoritative, { server: '1.1.1.1', table: new Map([both('wb1')]) }]);
  const found = await verified(aDomain({ keys }), late);
  assert.deepEqual([found.status, found.states], ['verified', ['active', 'published']]);
  const record = found.checks.find((check) => check.name.startsWith('wb2.'));
  assert.equal(record?.status, 'propagating');
  assert.equal(record.hint, 'Published. Not yet seen by 1.1.1.1, TTL 42 min.');
  const done = dnsOf([authoritative, { server: '1.1.1.1', table: authoritative.table }]);
  assert.deepEqual((await verified(aDomain({ keys }), done)).states, ['retired', 'active']);
});

test('a server that is out of reach takes no part', async () => {
  const table = new Map([both('wb1')]);
  const away = new Map([['wb1._domainkey.acme.test', 'broken' as const]]);
  const found = await verified(
    aDomain(),
    dnsOf([
      { server: 'ns1', isAuthoritative: true, table },
      { server: '8.8.8.8', table: away },
    ]),
  );
  const record = found.checks.find((check) => check.name === name);
  assert.deepEqual([found.status, record?.status], ['verified', 'ok']);
  assert.deepEqual(
    record?.servers.map(({ server, status }) => [server, status]),
    [
      ['ns1', 'ok'],
      ['8.8.8.8', 'unknown'],
    ],
  );
});

test('the change names the record, and what stood there before and stands now', async () => {
  const before = (await verified(aDomain(), dns({ [name]: stands }))).checks;
  const row = aDomain({ checks: before });
  assert.equal((await verified(row, dns({ [name]: stands }))).change, undefined);
  const { change } = await verified(row, dns({ [name]: 'v=DKIM1; p=' }));
  assert.deepEqual([change?.from, change?.to], ['verified', 'degraded']);
  assert.deepEqual(change?.records, [
    {
      purpose: 'dkim',
      type: 'TXT',
      name,
      from: { status: 'ok', found: [stands] },
      to: { status: 'mismatch', found: ['v=DKIM1; p='] },
    },
  ]);
});

test('a change behind an outage of DNS is still a change, and the outage itself is none', async () => {
  const before = (await verified(aDomain(), dns({ [name]: stands, ...bounceSpf }))).checks;
  const spf = 'bounce.acme.test';
  const out = await verified(aDomain({ checks: before }), dns({ [name]: stands, [spf]: undefined }));
  assert.equal(out.change, undefined);
  const { change } = await verified(aDomain({ checks: out.checks }), dns({ [name]: stands }));
  assert.deepEqual(
    change?.records.map(({ purpose, from, to }) => [purpose, from?.status, to.status]),
    [['spf', 'ok', 'missing']],
  );
});

test('a resolver that lags behind is no drift', async () => {
  const before = (await verified(aDomain(), dns({ [name]: stands }))).checks;
  const lagging = dnsOf([
    { server: 'ns1', isAuthoritative: true, table: new Map([both('wb1')]) },
    { server: '1.1.1.1', table: new Map() },
  ]);
  const found = await verified(aDomain({ checks: before }), lagging);
  assert.deepEqual([found.status, found.change], ['verified', undefined]);
});
