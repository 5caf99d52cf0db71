import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { inOrder } from '@waybill/delivery/routes/mx';
import { outsideOf } from '@waybill/relay/domains/private-address';
import type { Account } from '@waybill/relay/ports';
import { type DnsStub, openDnsStub, type StubAnswer } from '../../support/dns-stub.ts';
import { type TestSenderOptions, testAccount, testDirectory, testSender } from '../../support/sender.ts';
import { openSink, type Script, type Sink } from '../../support/sink.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

const mx = (exchange: string, preference: number) => ({ exchange, preference });

type Scene = {
  readonly sinks: readonly Sink[];
  readonly dns: DnsStub;
  readonly sender: ReturnType<typeof testSender>;
};

/** Sinks on 127.0.1.1, 127.0.1.2 … on one port, and a name server. */
async function scene(
  zone: Readonly<Record<string, StubAnswer>>,
  scripts: readonly Script[] = [{}],
  options: TestSenderOptions = {},
): Promise<Scene> {
  const sinks: Sink[] = [];
  for (const [index, script] of scripts.entries()) {
    const port = sinks[0]?.port;
    sinks.push(await openSink({ script, host: `127.0.1.${index + 1}`, ...(port ? { port } : {}) }));
  }
  const dns = await openDnsStub(zone);
  const sender = testSender({ ...options, resolver: dns.server, route: { mxPort: sinks[0]?.port ?? 0 } });
  open.push(sender, dns, ...sinks);
  return { sinks, dns, sender };
}

const twoHosts = {
  'MX dest.example': [mx('mx2.dest.example', 20), mx('mx1.dest.example', 10)],
  'A mx1.dest.example': ['127.0.1.1'],
  'A mx2.dest.example': ['127.0.1.2'],
};

test('the MX with the lowest preference gets the mail', async () => {
  const { sinks, sender } = await scene(twoHosts, [{}, {}]);
  const result = await sender.send();
  assert.equal(result.outcome, 'delivered', result.reason);
  assert.deepEqual([result.host, result.ip], ['mx1.dest.example', '127.0.1.1']);
  assert.deepEqual(
    sinks.map(({ mails }) => mails.length),
    [1, 0],
  );
});

for (const [what, script] of [
  ['is full at the greeting', { banner: '421 4.3.2 full' }],
  ['has no service', { banner: '554 5.3.2 no SMTP service here' }],
  ['is busy at EHLO', { EHLO: '451 4.3.0 busy' }],
  ['hangs up', { banner: 'drop' }],
  ['talks no SMTP', { banner: 'hello' }],
] as const)
  test(`when the first MX ${what}, the next gets the mail in the same attempt`, async () => {
    const { sinks, sender } = await scene(twoHosts, [script, {}]);
    const result = await sender.send();
    assert.equal(result.outcome, 'delivered', result.reason);
    assert.equal(result.host, 'mx2.dest.example');
    assert.deepEqual(
      sinks.map(({ mails }) => mails.length),
      [0, 1],
    );
  });

for (const [what, script, outcome] of [
  ['a 550 to RCPT', { RCPT: '550 5.1.1 absent', DATA: '503 no' }, 'bounced'],
  ['a 450 to RCPT', { RCPT: '450 4.2.1 later', DATA: '503 no' }, 'deferred'],
  ['silence after the dot', { dot: 'silence' }, 'unknown'],
] as const)
  test(`${what} at the first MX is the answer; the next is not asked`, async () => {
    const { sinks, sender } = await scene(twoHosts, [script, {}]);
    assert.equal((await sender.send()).outcome, outcome);
    assert.equal(sinks[1]?.connections(), 0);
  });

test('a process that loses the lease at the first MX does not try the next one', async () => {
  const slowNo = { banner: { after: 200, say: '421 4.3.2 full' } };
  const { sinks, sender } = await scene(twoHosts, [slowNo, {}], { leaseMs: 150 });
  sender.store.renew = async () => [];
  assert.equal((await sender.send()).outcome, 'deferred');
  assert.deepEqual(
    sinks.map((sink) => sink.connections()),
    [1, 0],
  );
});

test('a lease that is lost before any host was tried is not held against the domain', async () => {
  const slowly = { ...testDirectory(), accountById: () => setTimeout(200, testAccount) };
  const { sinks, sender } = await scene(twoHosts, [{}, {}], {
    leaseMs: 150,
    dependencies: { directory: slowly },
  });
  sender.store.renew = async () => [];
  sender.store.markDotSent = async () => false;
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred', result.reason);
  assert.match(result.reason, /Another process/);
  assert.equal(sinks[0]?.mails.length, 0);
});

test('an MX that has no address is passed over', async () => {
  const { sender } = await scene({
    'MX dest.example': [mx('gone.dest.example', 5), mx('mx1.dest.example', 10)],
    'A mx1.dest.example': ['127.0.1.1'],
  });
  assert.equal((await sender.send()).outcome, 'delivered');
});

test('every address of a host is tried', async () => {
  const { sender, sinks } = await scene({
    'MX dest.example': [mx('mx.dest.example', 5)],
    'A mx.dest.example': ['127.0.1.77', '127.0.1.1'],
  });
  const result = await sender.send();
  assert.equal(result.outcome, 'delivered', result.reason);
  assert.equal(sinks[0]?.mails.length, 1);
});

test('a domain without MX takes mail at its own address', async () => {
  const { sender, dns } = await scene({ 'A dest.example': ['127.0.1.1'] });
  const result = await sender.send();
  assert.equal(result.outcome, 'delivered', result.reason);
  assert.deepEqual(dns.asked.toSorted(), ['A dest.example', 'AAAA dest.example', 'MX dest.example']);
});

test('an address literal needs no DNS', async () => {
  const { sender, dns } = await scene({});
  const result = await sender.send({ recipient: 'ada@[127.0.1.1]' });
  assert.equal(result.outcome, 'delivered', result.reason);
  assert.deepEqual(dns.asked, []);
});

test('an internationalised domain is asked for by its A-labels', async () => {
  const { sender, sinks } = await scene({
    'MX xn--bcher-kva.example': [mx('mx.dest.example', 5)],
    'A mx.dest.example': ['127.0.1.1'],
  });
  assert.equal((await sender.send({ recipient: 'ada@bücher.example' })).outcome, 'delivered');
  assert.ok(sinks[0]?.commands.includes('RCPT TO:<ada@xn--bcher-kva.example>'));
});

const endings: readonly (readonly [string, Readonly<Record<string, StubAnswer>>, string, RegExp])[] = [
  ['a null MX', { 'MX dest.example': [mx('', 0)] }, 'bounced', /^5\.1\.10 .*takes no mail \(null MX/],
  ['a domain that does not exist', {}, 'bounced', /^5\.1\.2 the domain dest\.example does not exist/],
  [
    'a domain with neither MX nor address',
    { 'TXT dest.example': ['x'] },
    'bounced',
    /^5\.1\.2 .*has no address/,
  ],
  ['SERVFAIL for the MX', { 'MX dest.example': 'SERVFAIL' }, 'deferred', /could not be looked up/],
  ['no answer for the MX', { 'MX dest.example': 'silence' }, 'deferred', /could not be looked up/],
  [
    'SERVFAIL for the address',
    {
      'MX dest.example': [mx('mx.dest.example', 5)],
      'A mx.dest.example': 'SERVFAIL',
      'AAAA mx.dest.example': 'SERVFAIL',
    },
    'deferred',
    /The address of mx\.dest\.example could not be looked up/,
  ],
  [
    'a first host that is away and a second without address',
    {
      'MX dest.example': [mx('mx1.dest.example', 5), mx('gone.dest.example', 9)],
      'A mx1.dest.example': ['127.0.1.99'],
    },
    'deferred',
    /refused/,
  ],
];

for (const [what, zone, outcome, reason] of endings)
  test(`${what}: ${outcome}, once`, async () => {
    const { sender, sinks } = await scene(zone);
    const result = await sender.send();
    assert.equal(result.outcome, outcome, result.reason);
    assert.match(result.reason, reason);
    assert.equal(sinks[0]?.connections(), 0);
    await sender.enqueue(result.deliveryId);
    assert.equal(sender.store.results.length, 1);
  });

for (const ip of ['127.0.1.1', '10.0.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0'])
  test(`mail of an account does not go to ${ip}`, async () => {
    const dns = await openDnsStub({
      'MX dest.example': [mx('mx.dest.example', 5)],
      'A mx.dest.example': [ip],
    });
    const sender = testSender({ resolver: dns.server, route: { allowPrivateDestinations: false } });
    open.push(sender, dns);
    const result = await sender.send();
    assert.equal(result.outcome, 'bounced');
    assert.match(result.reason, /^5\.4\.4 .*must not go to/);
    assert.deepEqual(sender.suppressed, []);
  });

test('nor to an address of our own', async () => {
  const dependencies = { isOutside: outsideOf(new Set(['8.8.8.8'])) };
  const sender = testSender({ route: { allowPrivateDestinations: false }, dependencies });
  open.push(sender);
  assert.match((await sender.send({ recipient: 'ada@[8.8.8.8]' })).reason, /our own/);
});

test('equal preferences are drawn, lower ones go first', () => {
  const records = [mx('c', 20), mx('a', 10), mx('b', 10)];
  const draws = [0.1, 0.9, 0.2];
  assert.deepEqual(
    inOrder(records, () => draws.shift() ?? 0).map(({ exchange }) => exchange),
    ['b', 'a', 'c'],
  );
});

test('a sandboxed delivery goes to the sandbox, whatever the account and the installation say', async () => {
  const sandbox = await openSink();
  const account: Account = { ...testAccount, deliveryMode: 'mx' };
  const sender = testSender({
    route: { mode: 'mx', sandbox: { host: '127.0.0.1', port: sandbox.port } },
    dependencies: { directory: { ...testDirectory(), accountById: async () => account } },
  });
  open.push(sender, sandbox);
  assert.equal((await sender.send({ sandbox: true })).outcome, 'delivered');
  assert.equal(sandbox.mails.length, 1);
});

test("an account's smart host goes over the installation's", async () => {
  const [theirs, ours] = [await openSink(), await openSink()];
  const smarthostUrl = `smtp://127.0.0.1:${theirs.port}`;
  const account: Account = { ...testAccount, deliveryMode: 'smarthost', smarthostUrl };
  const sender = testSender({
    route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${ours.port}` },
    dependencies: { directory: { ...testDirectory(), accountById: async () => account } },
  });
  open.push(sender, theirs, ours);
  await sender.send();
  assert.deepEqual([theirs.mails.length, ours.mails.length], [1, 0]);
});

for (const [mode, reason] of [
  ['smarthost', /No smart host is configured/],
  ['sandbox', /The sandbox MX has no port/],
] as const)
  test(`mode ${mode} without its setting defers and says so`, async () => {
    const sender = testSender({ route: { mode } });
    open.push(sender);
    const result = await sender.send();
    assert.equal(result.outcome, 'deferred');
    assert.match(result.reason, reason);
  });
