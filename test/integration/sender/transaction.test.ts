import assert from 'node:assert/strict';
import { isAscii } from 'node:buffer';
import { after, test } from 'node:test';
import { applyPatch, decodePatch } from '@waybill/mail/patch';
import { aDelivery, message, patchOf, type TestSenderOptions, testSender } from '../../support/sender.ts';
import { openSink, type SinkOptions } from '../../support/sink.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

async function scene(sinkOptions: SinkOptions = {}, options: TestSenderOptions = {}) {
  const sink = await openSink(sinkOptions);
  const sender = testSender({
    ...options,
    route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}`, ...options.route },
  });
  open.push(sender, sink);
  return { sink, sender };
}

const byteTable: readonly (readonly [string, Buffer, Buffer])[] = [
  ['a message with dots', message, patchOf([])],
  [
    'a patched message',
    message,
    patchOf([{ start: 0, end: 0, insert: Buffer.from('DKIM-Signature: v=1\r\n') }]),
  ],
  [
    'a patch whose insertion begins a line with a dot',
    message,
    patchOf([{ start: message.length, end: message.length, insert: Buffer.from('.\r\n..tail\r\n') }]),
  ],
  [
    '8-bit bytes',
    Buffer.concat([message, Buffer.from([0xe9, 0xff, 0x80]), Buffer.from('\r\n')]),
    patchOf([]),
  ],
  ['NUL and other control bytes', Buffer.concat([message, Buffer.from('\0\x01\x1b\r\n')]), patchOf([])],
  ['a line of 20,000 bytes', Buffer.concat([message, Buffer.from(`${'x'.repeat(20_000)}\r\n`)]), patchOf([])],
  [
    'trailing white space and empty lines',
    Buffer.concat([message, Buffer.from('a \t\r\n\r\n\r\n')]),
    patchOf([]),
  ],
  [
    'a megabyte of dots and lines',
    Buffer.concat([message, Buffer.from('.line\r\n..\r\n'.repeat(90_000))]),
    patchOf([{ start: 3, end: 5, insert: Buffer.from('X') }]),
  ],
];

for (const [what, source, patch] of byteTable)
  test(`${what} arrives as exactly the bytes that the patch makes`, async () => {
    const { sink, sender } = await scene();
    const result = await sender.send({ source, patch });
    assert.equal(result.outcome, 'delivered', result.reason);
    assert.deepEqual(sink.mails[0]?.bytes, applyPatch(source, decodePatch(patch)));
  });

test('a message without a last line end gets one', async () => {
  const { sink, sender } = await scene();
  await sender.send({ source: Buffer.from('Subject: a\r\n\r\nend') });
  assert.equal(sink.mails[0]?.bytes.toString(), 'Subject: a\r\n\r\nend\r\n');
});

for (const source of [
  'Subject: a\r\n\r\nx\n.\r\nMAIL FROM:<evil@x.example>\r\n',
  'Subject: a\r\n\r\nx\r.\r\n',
])
  test(`${JSON.stringify(source)} does not leave: a lone CR or LF could smuggle a message`, async () => {
    const { sink, sender } = await scene();
    const result = await sender.send({ source: Buffer.from(source) });
    assert.equal(result.outcome, 'failed');
    assert.match(result.reason, /5\.6\.0 .*stands alone/);
    assert.equal(sink.connections(), 0);
  });

test('MAIL, RCPT and DATA go out in one segment where the server takes pipelining', async () => {
  const { sink, sender } = await scene();
  await sender.send();
  assert.deepEqual(sink.commands.slice(0, 4), [
    'EHLO relay.example',
    `MAIL FROM:<b-token@bounces.waybill.test> SIZE=${message.length}`,
    'RCPT TO:<ada@dest.example>',
    'DATA',
  ]);
});

test('without extensions one command follows the reply to the other', async () => {
  const { sink, sender } = await scene({ extensions: [] });
  const result = await sender.send();
  assert.equal(result.outcome, 'delivered');
  assert.equal(sink.commands[1], 'MAIL FROM:<b-token@bounces.waybill.test>');
});

test('a server that knows no EHLO is greeted with HELO', async () => {
  const { sink, sender } = await scene({ script: { EHLO: '502 5.5.1 what?' } });
  assert.equal((await sender.send()).outcome, 'delivered');
  assert.deepEqual(sink.commands.slice(0, 2), ['EHLO relay.example', 'HELO relay.example']);
});

test('the ledger has the dot before the sink has it', async () => {
  const { sink, sender } = await scene();
  const order: string[] = [];
  const mark = sender.store.markDotSent;
  sender.store.markDotSent = async (...ledger) => {
    order.push('ledger asked');
    await new Promise((resolve) => setTimeout(resolve, 50));
    const held = await mark(...ledger);
    order.push('ledger committed');
    return held;
  };
  sink.onDot = () => order.push('dot seen');
  await sender.send();
  assert.deepEqual(order, ['ledger asked', 'ledger committed', 'dot seen']);
});

test('the end of the body and the dot are one write', async () => {
  const { sink, sender } = await scene();
  await sender.send();
  assert.equal(sink.dataReads.length, 1);
  assert.ok(sink.dataReads[0]?.toString().endsWith('..hidden\r\n.\r\n'));
});

test('a lost lease keeps the dot back', async () => {
  const { sink, sender } = await scene();
  sender.store.markDotSent = async () => false;
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /Another process/);
  assert.deepEqual(sink.mails, []);
  assert.ok(!sink.commands.includes('.'));
});

test('a ledger that cannot be written keeps the dot back', async () => {
  const { sink, sender } = await scene();
  sender.store.markDotSent = async () => {
    throw new Error('database away');
  };
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /ledger could not be written/);
  assert.ok(!sink.commands.includes('.'));
});

const eightBit = Buffer.concat([message, Buffer.from('Viele Grüße aus Köln, und noch etwas mehr.\r\n')]);
const noEightBit = { extensions: ['PIPELINING', 'SMTPUTF8'] };

test('a next hop without 8BITMIME gets the message as 7-bit in the same session, and its patch is stored', async () => {
  const { sender, sink } = await scene(noEightBit);
  const { deliveryId, outcome, transcript } = await sender.send({ source: eightBit });
  assert.equal(outcome, 'delivered');
  const [mail] = sink.mails;
  assert.ok(mail && isAscii(mail.bytes));
  assert.match(
    mail.bytes.toString(),
    /Content-Transfer-Encoding: quoted-printable\r\n.*Viele Gr=C3=BC=C3=9Fe aus/s,
  );
  assert.deepEqual(
    mail.bytes,
    applyPatch(eightBit, decodePatch(sender.store.find(deliveryId).delivery.patch)),
  );
  assert.ok(transcript.some(({ from, text }) => from === 'note' && /prepared again as 7-bit/.test(text)));
  assert.deepEqual(
    sink.commands.map((line) => line.split(/[ :]/)[0]),
    ['EHLO', 'MAIL', 'RCPT', 'DATA', '.'],
  );
});

test('a signed part that is 8-bit is not changed for a next hop without 8BITMIME: it fails with the reason', async () => {
  const { sender, sink } = await scene(noEightBit);
  const source = Buffer.from('Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nü\r\n--b--\r\n');
  const { outcome, reason, retryAt } = await sender.send({ source });
  assert.deepEqual([outcome, retryAt], ['bounced', undefined]);
  assert.match(
    reason,
    /^5\.6\.3 .*8BITMIME.*part 1 \(multipart\/signed\) is signed, and the signature would break\.$/,
  );
  assert.deepEqual(sink.mails, []);
});

test('a message that cannot be prepared again now is tried again later', async () => {
  const prepareAgain = async () => Promise.reject(new Error('no database'));
  const { sender } = await scene(noEightBit, { dependencies: { prepareAgain } });
  assert.equal((await sender.send({ source: eightBit })).outcome, 'deferred');
  assert.equal(sender.errors.length, 1);
});

test('what was prepared again is not sent when another process has the delivery', async () => {
  const { sender, sink } = await scene(noEightBit);
  sender.store.savePatch = async () => false;
  await sender.send({ source: eightBit });
  assert.deepEqual(sink.mails, []);
});

test('what the next hop does not take is not sent to it', async () => {
  const { sender: noUtf8, sink } = await scene({ extensions: ['PIPELINING', '8BITMIME'] });
  const refused = await noUtf8.send({ recipient: 'jürgen@dest.example' });
  assert.equal(refused.outcome, 'bounced');
  assert.match(refused.reason, /^5\.6\.7 /);
  assert.deepEqual(sink.mails, []);
});

test('8BITMIME and SMTPUTF8 are declared when needed and offered, and not otherwise', async () => {
  const { sink, sender } = await scene();
  await sender.send({
    source: Buffer.concat([message, Buffer.from('é\r\n')]),
    recipient: 'jürgen@dest.example',
  });
  assert.match(sink.commands[1] ?? '', / BODY=8BITMIME SMTPUTF8$/);
  await sender.send({ envelope: { ...aDelivery().envelope, smtpUtf8: true } });
  assert.match(sink.commands.findLast((line) => line.startsWith('MAIL')) ?? '', / SIZE=\d+$/);
});

test('the null return path and quoted local parts are written as RFC 5321 wants them', async () => {
  const { sink, sender } = await scene();
  await sender.send({ returnPath: '', recipient: '"a b"@dest.example' });
  assert.match(sink.commands[1] ?? '', /^MAIL FROM:<>/);
  assert.equal(sink.commands[2], 'RCPT TO:<"a b"@dest.example>');
});

test('the conversation and its times are kept, the message is not', async () => {
  const { sender } = await scene();
  const { transcript, timings, host, port, reply } = await sender.send();
  const said = transcript.map(({ from, text }) => `${from}: ${text}`);
  assert.deepEqual(said.slice(1), [
    'server: 220 sink.example ESMTP',
    'client: EHLO relay.example',
    'server: 250-sink.example\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n250 SIZE 1000000',
    `client: MAIL FROM:<b-token@bounces.waybill.test> SIZE=${message.length}`,
    'client: RCPT TO:<ada@dest.example>',
    'client: DATA',
    'server: 250 2.1.0 ok',
    'server: 250 2.1.5 ok',
    'server: 354 go ahead',
    `client: <${message.length} bytes>`,
    'client: .',
    'server: 250 2.0.0 kept',
  ]);
  assert.deepEqual(Object.keys(timings).toSorted(), [
    'banner',
    'connect',
    'data',
    'dns',
    'dot',
    'ehlo',
    'mail',
    'rcpt',
  ]);
  assert.equal(host, '127.0.0.1');
  assert.ok(port);
  assert.deepEqual(reply, { code: 250, status: '2.0.0', text: 'kept' });
  assert.ok(!JSON.stringify(transcript).includes('Hello Ada'));
});

test('one session carries many messages', async () => {
  const { sink, sender } = await scene();
  for (let index = 0; index < 5; index += 1) assert.equal((await sender.send()).outcome, 'delivered');
  assert.equal(sink.connections(), 1);
  assert.equal(sink.mails.length, 5);
});

test('a session ends after its number of messages', async () => {
  const { sink, sender } = await scene({}, { pool: { maxMessages: 2 } });
  for (let index = 0; index < 5; index += 1) await sender.send();
  assert.equal(sink.connections(), 3);
});

test('an idle session says QUIT and goes', async () => {
  const { sink, sender } = await scene({}, { pool: { maxIdleMs: 30 } });
  await sender.send();
  await new Promise((resolve) => setTimeout(resolve, 120));
  assert.equal(sink.commands.at(-1), 'QUIT');
  await sender.send();
  assert.equal(sink.connections(), 2);
});

test('a refused recipient leaves a clean session behind', async () => {
  const { sink, sender } = await scene({
    script: { RCPT: ['550 5.1.1 absent', '250 ok'], DATA: ['503 5.5.1 no', '354 go'] },
  });
  assert.equal((await sender.send()).outcome, 'bounced');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await sender.send()).outcome, 'delivered');
  assert.equal(sink.connections(), 1);
  assert.ok(sink.commands.includes('RSET'));
});

test('a failed RSET means a new connection, never a bounce', async () => {
  const { sink, sender } = await scene({
    script: {
      RCPT: ['450 4.2.0 later', '250 ok'],
      DATA: ['503 5.5.1 no', '354 go'],
      RSET: '554 5.5.0 never',
    },
  });
  assert.equal((await sender.send()).outcome, 'deferred');
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await sender.send()).outcome, 'delivered');
  assert.equal(sink.connections(), 2);
});

for (const [what, answer] of [
  ['closed by the server', 'drop'],
  ['told to go', '421 4.4.2 idle too long'],
] as const)
  test(`a reused session that was ${what} at MAIL is replaced by a new one in the same attempt`, async () => {
    const { sink, sender } = await scene({ script: { MAIL: ['250 ok', answer, '250 ok'] } });
    await sender.send();
    const second = await sender.send();
    assert.equal(second.outcome, 'delivered', second.reason);
    assert.equal(second.attempt, 1);
    assert.equal(sink.connections(), 2);
  });

test('a connection that closes while the ledger is written is known to have closed before the dot', async () => {
  const { sink, sender } = await scene({ script: { DATA: '354 go' } });
  const mark = sender.store.markDotSent;
  sender.store.markDotSent = async (...ledger) => {
    await sink.close();
    await new Promise((resolve) => setTimeout(resolve, 50));
    return mark(...ledger);
  };
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /before the final dot/);
});
