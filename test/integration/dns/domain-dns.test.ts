import assert from 'node:assert/strict';
import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { after, test } from 'node:test';
import { type DomainDnsSettings, openDomainDns } from '@waybill/io/dns/domain-dns';
import type { Zone } from '@waybill/relay/domains/domain-dns';
import { type DnsStub, openDnsStub, type StubAnswer } from '../../support/dns-stub.ts';

const soa = {
  mname: 'ns1.acme.example',
  rname: 'hostmaster.acme.example',
  serial: 1,
  refresh: 1,
  retry: 1,
  expire: 1,
  minimum: 300,
};
const delegation = {
  'SOA acme.example': [soa],
  'NS acme.example': ['ns1.acme.example'],
  'A ns1.acme.example': ['127.0.0.1'],
};

const stubs: DnsStub[] = [];
after(() => Promise.all(stubs.map((stub) => stub.close())));

async function aServer(zone: Readonly<Record<string, StubAnswer>>): Promise<DnsStub> {
  const stub = await openDnsStub(zone);
  stubs.push(stub);
  return stub;
}

/** A port on loopback that no server listens on. */
async function silentServer(): Promise<string> {
  const server: Server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const dnsWith = (settings: DomainDnsSettings) =>
  openDomainDns({ timeoutMs: 300, ownResolvers: () => [], ...settings });

const authoritativeAt = (stub: DnsStub) => ({
  port: Number(stub.server.split(':')[1]),
  isAllowed: () => true,
});

const txt = 'TXT w1._domainkey.acme.example';
const name = 'w1._domainkey.acme.example';

test('the authoritative servers are found by the zone, and asked beside the public resolvers', async () => {
  const authoritative = await aServer({ ...delegation, [txt]: [['v=DKIM1; ', 'p=AAAA']] });
  const late = await aServer(delegation);
  const dns = dnsWith({ publicResolvers: [late.server], authoritative: authoritativeAt(authoritative) });
  const zone = await dns.zoneOf('acme.example');
  assert.equal(zone.kind === 'found' && zone.name, 'acme.example');
  const [first, second] = await dns.ask(name, 'TXT', zone);
  assert.deepEqual(first, {
    server: 'ns1.acme.example',
    isAuthoritative: true,
    reply: { kind: 'found', records: ['v=DKIM1; p=AAAA'], ttlSeconds: 60 },
  });
  assert.deepEqual(
    [second?.server, second?.isAuthoritative, second?.reply.kind],
    ['127.0.0.1', false, 'none'],
  );
});

test('with a resolver of its own no other server is asked', async () => {
  const own = await aServer({ ...delegation, [txt]: ['p=own'] });
  const other = await aServer({ ...delegation, [txt]: ['p=other'] });
  const dns = dnsWith({
    resolver: own.server,
    publicResolvers: [other.server],
    authoritative: authoritativeAt(other),
  });
  const views = await dns.ask(name, 'TXT', await dns.zoneOf('acme.example'));
  assert.deepEqual(
    views.map(({ reply }) => reply.kind === 'found' && reply.records),
    [['p=own']],
  );
  assert.deepEqual(other.asked, []);
});

test('a server out of reach is not asked, and the other one answers', async () => {
  const works = await aServer({ ...delegation, [txt]: ['p=A'] });
  const dns = dnsWith({
    publicResolvers: [await silentServer(), works.server],
    authoritative: { port: 53, isAllowed: () => false },
  });
  const views = await dns.ask(name, 'TXT', await dns.zoneOf('acme.example'));
  assert.deepEqual(
    views.map(({ reply }) => reply.kind),
    ['temporary', 'found'],
  );
});

test('where no public resolver is in reach the resolver of the host answers', async () => {
  const host = await aServer({ [txt]: ['p=A'] });
  const dns = dnsWith({ publicResolvers: [await silentServer()], ownResolvers: () => [host.server] });
  const views = await dns.ask(name, 'TXT');
  assert.deepEqual(
    views.map(({ reply }) => reply.kind),
    ['temporary', 'found'],
  );
});

test('a zone does not make us ask a host of a private network', async () => {
  const resolver = await aServer({ ...delegation, 'A ns1.acme.example': ['10.0.0.1'] });
  const dns = dnsWith({ publicResolvers: [resolver.server] });
  const zone: Zone = await dns.zoneOf('acme.example');
  assert.deepEqual(zone, { kind: 'found', name: 'acme.example', servers: [] });
});

test('a name that does not exist has no zone, and a server that fails does not say so', async () => {
  const resolver = await aServer({ 'SOA broken.example': 'SERVFAIL' });
  const dns = dnsWith({ publicResolvers: [resolver.server] });
  assert.deepEqual(await dns.zoneOf('nothing.example'), { kind: 'missing' });
  assert.deepEqual(await dns.zoneOf('broken.example'), { kind: 'unknown' });
});

test('records of other types are written as text', async () => {
  const resolver = await aServer({
    'MX bounce.acme.example': [{ preference: 10, exchange: 'MX.Relay.Example.' }],
    'CNAME go.acme.example': ['T.relay.example.'],
  });
  const dns = dnsWith({ publicResolvers: [resolver.server] });
  const recordsAt = async (at: string, type: 'MX' | 'CNAME') => {
    const [view] = await dns.ask(at, type);
    return view?.reply.kind === 'found' && view.reply.records;
  };
  assert.deepEqual(await recordsAt('bounce.acme.example', 'MX'), ['10 mx.relay.example']);
  assert.deepEqual(await recordsAt('go.acme.example', 'CNAME'), ['t.relay.example']);
});
