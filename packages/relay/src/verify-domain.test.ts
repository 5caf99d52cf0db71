import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CheckedRecord, DomainStatus } from './domain-records.ts';
import { idOf } from './in-memory-ports.test-support.ts';
import { type LookUp, type SenderDomain, type SenderKey, verifyDomain } from './verify-domain.ts';

const publicKey = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA';
const aKey = (some: Partial<SenderKey> = {}): SenderKey => ({
  id: idOf(50),
  selector: 'wb1',
  algorithm: 'rsa',
  publicKey,
  state: 'active',
  ...some,
});
const aDomain = (some: Partial<SenderDomain> = {}): SenderDomain => ({
  id: idOf(60),
  accountId: idOf(1),
  domain: 'acme.test',
  status: 'verified',
  keys: [aKey()],
  ...some,
});

/** DNS as a table: a name that is not in it does not exist, `undefined` does not answer. */
const dns = (table: Readonly<Record<string, string | undefined>>): LookUp => ({
  async txt(name) {
    if (!(name in table)) return { kind: 'none' };
    const text = table[name];
    return text === undefined ? { kind: 'temporary' } : { kind: 'found', records: [text] };
  },
  mx: async () => ({ kind: 'none' }),
});

async function verified(row: SenderDomain, lookUp: LookUp) {
  let now = row;
  let checks: readonly CheckedRecord[] = [];
  const after = await verifyDomain(row, {
    lookUp,
    installation: { hostName: 'mx.waybill.test', returnPathDomain: 'bounces.waybill.test' },
    now: () => new Date('2026-03-01T10:00:00Z'),
    senderDomains: {
      async saveChecks(_account, _id, checked) {
        checks = checked.checks;
        now = { ...now, status: checked.status };
      },
      async setKeyState(_account, keyId, { state }) {
        now = { ...now, keys: now.keys.map((key) => (key.id === keyId ? { ...key, state } : key)) };
      },
      one: async () => now,
    },
  });
  return { status: after?.status, states: after?.keys.map(({ state }) => state), checks };
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

test('a key that is seen signs from now on, and the one it replaces retires', async () => {
  const keys = [aKey(), aKey({ id: idOf(51), selector: 'wb2', state: 'published' })];
  const both = { [name]: stands, 'wb2._domainkey.acme.test': stands };
  assert.deepEqual((await verified(aDomain({ keys }), dns(both))).states, ['retired', 'active']);
  assert.deepEqual((await verified(aDomain({ keys }), dns({ [name]: stands }))).states, [
    'active',
    'published',
  ]);
});

test('a record under the domain twice is found and hinted at', async () => {
  const { checks } = await verified(aDomain({ status: 'pending' }), dns({ [`${name}.acme.test`]: stands }));
  assert.match(checks.find((check) => check.name === name)?.hint ?? '', /twice/);
});
