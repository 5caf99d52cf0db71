import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { after, before, test } from 'node:test';
import { openResolver, type Resolver } from '@waybill/io/dns/resolver';
import { type NameServer, openNameServer } from '../../../apps/sandbox/src/name-server.ts';
import type { ZoneFacts } from '../../../apps/sandbox/src/zone.ts';

const publicKey = 'A'.repeat(392);
type ZoneDomain = ZoneFacts['domains'][number];
const aZone = (domain: string, some: Partial<ZoneDomain> = {}): ZoneDomain => ({
  id: '019a0000-0000-7000-8000-000000000001',
  accountId: undefined,
  domain,
  trackingHost: undefined,
  dkimRecord: 'txt',
  keys: [],
  ...some,
});

const facts: ZoneFacts = {
  domains: [
    aZone('acme.test', { keys: [{ selector: 'w1', algorithm: 'rsa', publicKey }] }),
    aZone('empty.test'),
    aZone('contested.test'),
    aZone('contested.test'),
    aZone('alias.test', {
      dkimRecord: 'cname',
      keys: [{ selector: 'w1', algorithm: 'rsa', publicKey }],
    }),
  ],
  installation: {
    hostName: 'mail.waybill.test',
    returnPathDomain: 'bounces.waybill.test',
    dkimDomain: 'dkim.waybill.test',
  },
};

let server: NameServer;
let resolver: Resolver;
let failing = false;

before(async () => {
  server = await openNameServer({
    bind: '127.0.0.1',
    port: 0,
    facts: async () => {
      if (failing) throw new Error('database away');
      return facts;
    },
    onTrouble: () => undefined,
  });
  resolver = openResolver({ resolver: `127.0.0.1:${server.port}`, cacheMs: 0, timeoutMs: 500 });
});
after(async () => {
  resolver.close();
  await server.close();
});

const texts: readonly (readonly [string, readonly string[]])[] = [
  ['w1._domainkey.acme.test', [`v=DKIM1; k=rsa; p=${publicKey}`]],
  ['W1._DomainKey.Acme.test', [`v=DKIM1; k=rsa; p=${publicKey}`]],
  ['_dmarc.acme.test', ['v=DMARC1; p=none']],
  ['bounce.acme.test', ['v=spf1 include:bounces.waybill.test ~all']],
  // Wanted by two accounts; it stands once, since a second policy would void both.
  ['_dmarc.contested.test', ['v=DMARC1; p=none']],
  ['bounce.contested.test', ['v=spf1 include:bounces.waybill.test ~all']],
  // By a CNAME to the name at which the operator publishes it.
  ['w1._domainkey.alias.test', [`v=DKIM1; k=rsa; p=${publicKey}`]],
  ['bounces.waybill.test', ['v=spf1 ip4:127.0.0.1 ip6:::1 -all']],
];

for (const [name, expected] of texts)
  test(`TXT ${name}`, async () => {
    assert.deepEqual(await resolver.txt(name), { kind: 'found', records: expected });
  });

for (const [name, exchange] of [
  ['bounce.acme.test', 'mail.waybill.test'],
  ['bounces.waybill.test', 'mail.waybill.test'],
  ['acme.test', 'mx.sandbox.test'],
  ['anybody.test', 'mx.sandbox.test'],
] as const)
  test(`MX ${name} is ${exchange}`, async () => {
    assert.deepEqual(await resolver.mx(name), { kind: 'found', records: [{ exchange, preference: 10 }] });
  });

test('the MX has an address on this machine', async () => {
  const answer = await resolver.addresses('mx.sandbox.test');
  assert.deepEqual(answer.kind === 'found' && answer.records.map(({ address }) => address), ['127.0.0.1']);
});

for (const name of ['absent._domainkey.acme.test', 'w1._domainkey.other.test', '_dmarc.other.test'])
  test(`nothing is published at ${name}`, async () => {
    assert.deepEqual(await resolver.txt(name), { kind: 'none', why: 'no_data' });
  });

test('what is not .test does not exist here', async () => {
  assert.deepEqual(await resolver.mx('acme.example'), { kind: 'none', why: 'no_domain' });
});

test('while the database is away the answer is "later", never "no"', async () => {
  failing = true;
  try {
    assert.equal((await resolver.txt('_dmarc.acme.test')).kind, 'temporary');
  } finally {
    failing = false;
  }
});

test('garbage is ignored and the server goes on', async () => {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) =>
    socket.send(Buffer.from('no DNS'), server.port, '127.0.0.1', () => resolve()),
  );
  socket.close();
  assert.equal((await resolver.mx('acme.test')).kind, 'found');
});
