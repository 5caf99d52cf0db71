import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { playOf, type plays } from '../../../apps/sandbox/src/magic.ts';
import { type Caught, MxServer, type MxSettings } from '../../../apps/sandbox/src/mx-server.ts';
import { openTries } from '../../../apps/sandbox/src/tries.ts';
import { testCertificates } from '../../support/certificate.ts';
import { openRawSmtp, type RawSmtp } from '../../support/raw-smtp.ts';

const caught: Caught[] = [];
const complaints: Caught[] = [];
const closing: (() => unknown)[] = [];
let port = 0;
after(() => Promise.all(closing.map((close) => close())));

async function start(settings: Partial<MxSettings> = {}): Promise<number> {
  const server = new MxServer({
    hostName: 'sandbox.test',
    certificate: undefined,
    maxMessageBytes: 1_000_000,
    keep: async (one) => void caught.push(one),
    onComplaint: (one) => complaints.push(one),
    onTrouble: () => undefined,
    tries: openTries(),
    silenceMs: 100,
    slowMs: 50,
    ...settings,
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return (server.server.address() as AddressInfo).port;
}

before(async () => {
  const files = await testCertificates();
  closing.push(files.close);
  port = await start({
    certificate: { cert: readFileSync(files.certFile), key: readFileSync(files.keyFile) },
  });
});

async function greeted(at = port): Promise<RawSmtp> {
  const client = await openRawSmtp(at);
  closing.push(client.close);
  assert.equal(await client.reply(), '220 sandbox.test ESMTP Waybill sandbox');
  await client.say('EHLO relay.test\r\n');
  return client;
}

const message = 'Subject: hello\r\n\r\nHello\r\n';
let sender = 0;

/** One whole try; the last reply is what it came to. */
async function send(to: string, from: string): Promise<string> {
  const client = await greeted();
  await client.say(`MAIL FROM:<${from}>\r\n`);
  const rcpt = await client.say(`RCPT TO:<${to}>\r\n`);
  if (!rcpt.startsWith('250')) return rcpt;
  const data = await client.say('DATA\r\n');
  if (!data.startsWith('354')) return data;
  return client.say(`${message}.\r\n`);
}

const kept = '250 2.6.0 Kept in the sandbox';
const again = '451 4.3.0 Temporary local problem, please try later';

const table: Readonly<Record<keyof typeof plays, readonly string[]>> = {
  delivered: [kept],
  suppressed: [kept],
  complaint: [kept],
  slow: [kept],
  bounce: ['550 5.1.1 The email account that you tried to reach does not exist'],
  softbounce: [again, again, kept],
  tempfail: [again, again, again, again],
  greylist: ['450 4.7.1 Greylisted, please try again later', kept],
  full: [
    '452 4.2.2 The email account that you tried to reach is over quota',
    '552 5.2.2 Mailbox full: quota exceeded',
    '552 5.2.2 Mailbox full: quota exceeded',
  ],
  spam: ['550 5.7.1 Message rejected: its content looks like spam'],
  tlsfail: ['454 4.7.0 TLS not available due to temporary reason'],
  blackhole: ['closed'],
  'drop-before-dot': ['closed'],
  'drop-after-dot': ['closed'],
};

for (const [name, replies] of Object.entries(table))
  for (const recipient of [`${name}@sandbox.test`, `${name.toUpperCase()}+label@sandbox.test`])
    test(`${recipient} answers ${replies.join(', then ')}`, async () => {
      sender += 1;
      const from = `b-${sender}@bounces.waybill.test`;
      for (const reply of replies) assert.equal(await send(recipient, from), reply);
      const mine = caught.filter(({ mailFrom }) => mailFrom === from);
      const keeps = replies.at(-1) === kept || name === 'drop-after-dot';
      assert.equal(mine.length, keeps ? 1 : 0);
    });

test('two deliveries to one greylisting address do not share a try', async () => {
  const refused = '450 4.7.1 Greylisted, please try again later';
  assert.equal(await send('greylist@sandbox.test', 'a@x.test'), refused);
  assert.equal(await send('greylist@sandbox.test', 'b@x.test'), refused);
});

test('only sandbox.test has magic recipients; every other recipient takes everything', async () => {
  assert.equal(await send('bounce@acme.test', 'a@x.test'), kept);
  assert.equal(await send('ada@sandbox.test', 'a@x.test'), kept);
  assert.deepEqual(playOf('no address'), {});
});

test('a complaint is sent after the message is stored', async () => {
  complaints.length = 0;
  await send('complaint@sandbox.test', 'c@x.test');
  assert.deepEqual(
    complaints.map(({ mailFrom, rcptTo }) => [mailFrom, rcptTo]),
    [['c@x.test', 'complaint@sandbox.test']],
  );
});

test('slow answers later', async () => {
  const slow = await start({ slowMs: 300 });
  const client = await greeted(slow);
  await client.say('MAIL FROM:<a@x.test>\r\n');
  await client.say('RCPT TO:<slow@sandbox.test>\r\n');
  await client.say('DATA\r\n');
  const began = performance.now();
  assert.equal(await client.say(`${message}.\r\n`), kept);
  assert.ok(performance.now() - began >= 290);
});

const bytes: readonly (readonly [string, string, string])[] = [
  ['stuffed dots', 'a\r\n..\r\n..b\r\n', 'a\r\n.\r\n.b\r\n'],
  ['a stuffed dot first', '..a\r\n', '.a\r\n'],
  ['nothing', '', ''],
  ['8-bit bytes and control characters', '\xe9\xff\x00\x01\x1b\r\n', '\xe9\xff\x00\x01\x1b\r\n'],
  ['a line of 20,000 bytes', `${'x'.repeat(20_000)}\r\n`, `${'x'.repeat(20_000)}\r\n`],
  ['trailing empty lines', 'a \t\r\n\r\n\r\n', 'a \t\r\n\r\n\r\n'],
];

for (const [what, sent, expected] of bytes)
  for (const cut of ['whole', 'byte by byte'] as const)
    test(`${what}, ${cut}: the kept bytes are those that the sender meant`, async () => {
      const client = await greeted();
      await client.say('MAIL FROM:<o@x.test> BODY=8BITMIME\r\n');
      await client.say('RCPT TO:<ada@x.test>\r\n');
      await client.say('DATA\r\n');
      const whole = Buffer.from(`${sent}.\r\n`, 'latin1');
      if (cut === 'whole') client.write(whole);
      else for (const byte of whole.toString('latin1')) client.write(Buffer.from(byte, 'latin1'));
      assert.equal(await client.reply(), kept);
      assert.equal(caught.at(-1)?.bytes.toString('latin1'), expected);
    });

test('what EHLO offers is what a real host offers', async () => {
  const client = await openRawSmtp(port);
  closing.push(client.close);
  await client.reply();
  const lines = (await client.say('EHLO relay.test\r\n')).split('\r\n').slice(1);
  assert.deepEqual(
    lines.map((line) => line.slice(4)),
    ['PIPELINING', '8BITMIME', 'SMTPUTF8', 'ENHANCEDSTATUSCODES', 'STARTTLS', 'SIZE 1000000'],
  );
});

test('STARTTLS works and is on record', async () => {
  const client = await greeted();
  assert.match(await client.say('STARTTLS\r\n'), /^220 /);
  await client.startTls();
  const after = await client.say('EHLO relay.test\r\n');
  assert.doesNotMatch(after, /STARTTLS/);
  await client.say('MAIL FROM:<t@x.test>\r\n');
  await client.say('RCPT TO:<ada@x.test>\r\n');
  await client.say('DATA\r\n');
  assert.equal(await client.say(`${message}.\r\n`), kept);
  assert.match(caught.at(-1)?.tls ?? '', /^TLSv1\.3 /);
  assert.equal(caught.at(-1)?.heloName, 'relay.test');
});

test('without a certificate STARTTLS is not offered', async () => {
  const client = await openRawSmtp(await start());
  closing.push(client.close);
  await client.reply();
  assert.doesNotMatch(await client.say('EHLO relay.test\r\n'), /STARTTLS/);
});

for (const [path, recipient] of [
  ['"a b"@x.test', '"a b"@x.test'],
  ['Ada@X.test', 'Ada@x.test'],
  ['ada@xn--bcher-kva.test', 'ada@xn--bcher-kva.test'],
  ['jürgen@bücher.test', 'jürgen@xn--bcher-kva.test'],
] as const)
  test(`${path} is kept as ${recipient}`, async () => {
    const client = await greeted();
    await client.say('MAIL FROM:<q@x.test> SMTPUTF8\r\n');
    assert.equal(await client.say(`RCPT TO:<${path}>\r\n`), '250 2.1.5 Welcome');
    await client.say('DATA\r\n');
    await client.say(`${message}.\r\n`);
    assert.equal(caught.at(-1)?.rcptTo, recipient);
  });

const wrong: readonly (readonly [string, readonly string[], RegExp])[] = [
  ['RCPT before MAIL', ['RCPT TO:<a@x.test>'], /^503 5\.5\.1 /],
  ['no address', ['MAIL FROM:<a@x.test>', 'RCPT TO:<absent>'], /^501 5\.1\.3 /],
  [
    'a second recipient',
    ['MAIL FROM:<a@x.test>', 'RCPT TO:<a@x.test>', 'RCPT TO:<b@x.test>'],
    /^452 4\.5\.3 /,
  ],
  ['DATA without a recipient', ['MAIL FROM:<a@x.test>', 'DATA'], /^503 5\.5\.1 /],
  ['RSET', ['MAIL FROM:<a@x.test>', 'RSET', 'RCPT TO:<a@x.test>'], /^503 /],
];

for (const [what, commands, expected] of wrong)
  test(`${what}: ${expected.source}`, async () => {
    const client = await greeted();
    let last = '';
    for (const command of commands) last = await client.say(`${command}\r\n`);
    assert.match(last, expected);
  });

test('what cannot be kept is not taken', async () => {
  const client = await greeted(await start({ keep: () => Promise.reject(new Error('no disk')) }));
  await client.say('MAIL FROM:<a@x.test>\r\n');
  await client.say('RCPT TO:<a@x.test>\r\n');
  await client.say('DATA\r\n');
  assert.equal(await client.say(`${message}.\r\n`), '451 4.3.0 The sandbox cannot keep it now');
});

test('a message beyond the limit is refused and not kept', async () => {
  const before = caught.length;
  const client = await greeted(await start({ maxMessageBytes: 1_000 }));
  await client.say('MAIL FROM:<a@x.test>\r\n');
  await client.say('RCPT TO:<a@x.test>\r\n');
  await client.say('DATA\r\n');
  assert.match(await client.say(`${'x'.repeat(2_000)}\r\n.\r\n`), /^552 5\.3\.4 /);
  assert.equal(caught.length, before);
});
