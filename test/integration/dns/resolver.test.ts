import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openResolver, type Resolver } from '@waybill/io/dns/resolver';
import { saysNoMail } from '@waybill/relay/delivery/dns-lookup';
import { type DnsStub, openDnsStub } from '../../support/dns-stub.ts';

let stub: DnsStub;
let resolver: Resolver;

before(async () => {
  stub = await openDnsStub({
    'MX two.example': [
      { preference: 20, exchange: 'Backup.Two.Example' },
      { preference: 10, exchange: 'mx.two.example' },
    ],
    'MX null.example': [{ preference: 0, exchange: '.' }],
    'A both.example': ['192.0.2.1'],
    'AAAA both.example': ['2001:db8::1'],
    'A four.example': ['192.0.2.4'],
    'AAAA four.example': 'SERVFAIL',
    'A broken.example': 'SERVFAIL',
    'AAAA broken.example': [],
    'MX broken.example': 'SERVFAIL',
    'MX silent.example': 'silence',
    'TXT long.example': [['v=DKIM1; ', 'p=abc'], ['other']],
    'CNAME alias.example': ['Target.Example'],
  });
  resolver = openResolver({ resolver: stub.server, timeoutMs: 200 });
});
after(async () => {
  resolver.close();
  await stub.close();
});

test('MX come by preference and in lower case', async () => {
  assert.deepEqual(await resolver.mx('two.example'), {
    kind: 'found',
    records: [
      { exchange: 'mx.two.example', preference: 10 },
      { exchange: 'backup.two.example', preference: 20 },
    ],
  });
});

test('a null MX is recognised', async () => {
  const answer = await resolver.mx('null.example');
  assert.ok(saysNoMail(answer));
  assert.ok(!saysNoMail(await resolver.mx('two.example')));
  assert.ok(!saysNoMail(await resolver.mx('both.example')));
});

test('a name that does not exist differs from a name without such records', async () => {
  assert.deepEqual(await resolver.mx('nowhere.example'), { kind: 'none', why: 'no_domain' });
  assert.deepEqual(await resolver.mx('both.example'), { kind: 'none', why: 'no_data' });
  assert.deepEqual(await resolver.addresses('nowhere.example'), { kind: 'none', why: 'no_domain' });
  assert.deepEqual(await resolver.addresses('two.example'), { kind: 'none', why: 'no_data' });
});

test('a failure and a missing answer are temporary', async () => {
  assert.equal((await resolver.mx('broken.example')).kind, 'temporary');
  assert.equal((await resolver.mx('silent.example')).kind, 'temporary');
  assert.equal((await resolver.addresses('broken.example')).kind, 'temporary');
});

test('addresses of both families come together, and one family is enough', async () => {
  const both = await resolver.addresses('both.example');
  assert.deepEqual(both.kind === 'found' && both.records, [
    { address: '192.0.2.1', family: 4, ttl: 60 },
    { address: '2001:db8::1', family: 6, ttl: 60 },
  ]);
  const four = await resolver.addresses('four.example');
  assert.equal(four.kind === 'found' && four.records.length, 1);
});

test('the strings of a TXT record are joined, its records are not', async () => {
  const answer = await resolver.txt('long.example');
  assert.deepEqual(answer.kind === 'found' && [...answer.records].sort(), ['other', 'v=DKIM1; p=abc']);
});

test('a CNAME is its target', async () => {
  assert.deepEqual(await resolver.cname('alias.example'), { kind: 'found', records: ['target.example'] });
});

test('names that do not fit into a query do not exist', async () => {
  for (const name of ['', 'a..example', `${'a'.repeat(64)}.example`, 'sp ace.example']) {
    const answer = await resolver.mx(name);
    assert.notEqual(answer.kind, 'found', name);
  }
});

test('concurrent look-ups share one query, and its answer is cached', async () => {
  const fresh = openResolver({ resolver: stub.server });
  const before = stub.asked.length;
  await Promise.all(Array.from({ length: 50 }, () => fresh.mx('Two.Example.')));
  await fresh.mx('two.example');
  assert.equal(stub.asked.length - before, 1);
  await fresh.mx('broken.example');
  const afterFailure = stub.asked.length;
  await fresh.mx('broken.example');
  assert.ok(stub.asked.length > afterFailure, 'a failure is not kept');
  fresh.close();
});
