import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { minuteRules, type TestSenderOptions, testDirectory, testSender } from '../../support/sender.ts';
import { openSink, type Script } from '../../support/sink.ts';

const open: { close(): Promise<void> }[] = [];
after(() => Promise.all(open.map((one) => one.close())));

async function scene(script: Script, options: TestSenderOptions = {}) {
  const sink = await openSink({ script });
  const sender = testSender({
    ...options,
    route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}` },
  });
  open.push(sender, sink);
  return { sink, sender };
}

type Ends = 'delivered' | 'deferred' | 'bounced' | 'unknown';

const table: readonly (readonly [string, Script, Ends, RegExp])[] = [
  [
    'a banner of 8 kB',
    { banner: `220 ${'x'.repeat(8_192)}` },
    'delivered',
    /They took the message: 250 “kept”/,
  ],
  [
    'a banner in several lines',
    { banner: '220-a\r\n220-b\r\n220 c' },
    'delivered',
    /They took the message: 250 “kept”/,
  ],
  ['a late banner', { banner: { after: 200, say: '220 good morning' } }, 'delivered', /“kept”/],
  ['a banner that never comes', { banner: 'silence' }, 'deferred', /took longer.*before the greeting/],
  ['a banner that is not SMTP', { banner: 'HTTP/1.1 400 Bad Request' }, 'deferred', /Not an SMTP reply/],
  ['two banners at once', { banner: '220 a\r\n220 b' }, 'deferred', /Two replies/],
  ['a 421 banner', { banner: '421 4.3.2 full' }, 'deferred', /They answered 421/],
  ['a 554 banner', { banner: '554 5.7.1 go away' }, 'bounced', /They answered 554/],
  ['a connection closed at once', { banner: 'drop' }, 'deferred', /before the greeting/],
  ['a 451 to EHLO', { EHLO: '451 4.3.0 busy' }, 'deferred', /They answered 451/],
  ['a 550 to EHLO and HELO', { EHLO: '550 5.7.1 no', HELO: '550 5.7.1 no' }, 'bounced', /They answered 550/],
  ['a 451 to MAIL', { MAIL: '451 4.7.1 greylisted', DATA: '503 no' }, 'deferred', /They answered 451/],
  ['a 550 to MAIL', { MAIL: '550 5.7.1 no', RCPT: '503 no', DATA: '503 no' }, 'bounced', /They answered 550/],
  ['a 450 to RCPT', { RCPT: '450 4.2.1 later', DATA: '503 no' }, 'deferred', /They answered 450/],
  ['a 550 to RCPT', { RCPT: '550 5.1.1 absent', DATA: '503 no' }, 'bounced', /They answered 550/],
  [
    'a 550 to RCPT in several lines',
    { RCPT: '550-5.1.1 absent\r\n550 5.1.1 here', DATA: '503 no' },
    'bounced',
    /absent here/,
  ],
  [
    'a 550 to RCPT and 354 to DATA all the same',
    { RCPT: '550 5.1.1 absent' },
    'bounced',
    /They answered 550/,
  ],
  ['a 452 to DATA', { DATA: '452 4.3.1 full' }, 'deferred', /They answered 452/],
  ['a 250 to DATA', { DATA: '250 thanks' }, 'deferred', /DATA was answered with 250/],
  [
    'a 354 followed by an early 250',
    { DATA: '354 go\r\n250 kept already' },
    'deferred',
    /A reply came before the message was over/,
  ],
  ['a 552 in the middle of DATA', { DATA: '354 go\r\n552 5.3.4 too big' }, 'bounced', /They answered 552/],
  ['a connection closed at MAIL', { MAIL: 'drop' }, 'deferred', /at MAIL FROM/],
  ['a connection closed at DATA, before the dot', { DATA: 'drop' }, 'deferred', /before the final dot/],
  ['silence at DATA', { DATA: 'silence' }, 'deferred', /took longer than 0\.5 s, before the final dot/],
  ['a 421 in the middle', { RCPT: '421 4.3.2 closing', DATA: 'drop' }, 'deferred', /They answered 421/],
  ['a 451 to the dot', { dot: '451 4.3.0 try again' }, 'deferred', /They answered 451/],
  ['a 554 to the dot', { dot: '554 5.7.1 spam' }, 'bounced', /They answered 554/],
  [
    'a connection closed after the dot',
    { dot: 'drop' },
    'unknown',
    /They may have it\. It is not sent again/,
  ],
  ['silence after the dot', { dot: 'silence' }, 'unknown', /The final dot was sent and no reply came/],
  ['garbage after the dot', { dot: 'lol' }, 'unknown', /not an SMTP reply/],
  ['a 354 after the dot', { dot: '354 more?' }, 'unknown', /answered with 354/],
];

for (const [what, script, outcome, reason] of table)
  test(`${what}: ${outcome}`, async () => {
    const { sender } = await scene(script);
    const result = await sender.send();
    assert.equal(result.outcome, outcome, result.reason);
    assert.match(result.reason, reason);
    assert.deepEqual(sender.errors, []);
    assert.equal(result.retryAt !== undefined, outcome === 'deferred');
  });

test('a deferred delivery is enqueued at its time', async () => {
  const { sender } = await scene({ RCPT: '450 4.2.1 later', DATA: '503 no' });
  const result = await sender.send();
  assert.deepEqual(sender.enqueued, [{ ids: [result.deliveryId], at: result.retryAt }]);
});

test('451 twice, then delivered: three attempts, each with its conversation', async () => {
  const rules = { ...minuteRules, waits: [0] };
  const { sender } = await scene(
    { dot: ['451 4.7.1 greylisted', '451 4.7.1 greylisted', '250 ok'] },
    { rules },
  );
  const { deliveryId } = await sender.send();
  await sender.enqueue(deliveryId);
  await sender.enqueue(deliveryId);
  assert.deepEqual(
    sender.store.results.map(({ attempt, outcome }) => [attempt, outcome]),
    [
      [1, 'deferred'],
      [2, 'deferred'],
      [3, 'delivered'],
    ],
  );
  await sender.enqueue(deliveryId);
  assert.equal(sender.store.results.length, 3);
});

test('a delivery that is deferred at its expiry fails with the last reason', async () => {
  const { sender } = await scene({ dot: '451 4.3.0 busy' });
  const result = await sender.send({ expiresAt: new Date(Date.now() + 1_000) });
  assert.equal(result.outcome, 'failed');
  assert.match(result.reason, /Given up after 1 attempt, .*answered 451/);
  assert.equal(result.retryAt, undefined);
});

test('a closed port defers', async () => {
  const sink = await openSink();
  await sink.close();
  const sender = testSender({ route: { mode: 'smarthost', smarthostUrl: `smtp://127.0.0.1:${sink.port}` } });
  open.push(sender);
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /The connection was refused, while connecting \(127\.0\.0\.1\)/);
});

test('a connection closed after the dot is tried again where the stream prefers delivery, and stays on record as unknown', async () => {
  const { sink, sender } = await scene({ dot: ['drop', '250 ok'] }, { unknownPolicy: 'prefer_delivery' });
  const result = await sender.send();
  assert.equal(result.outcome, 'unknown');
  assert.ok(result.retryAt);
  assert.match(result.reason, /prefer_delivery/);
  assert.equal(sink.mails.length, 0);
  assert.equal(sender.enqueued.length, 1);
});

test('a process that died before the dot: the next claim sends', async () => {
  const { sender } = await scene({});
  const { deliveryId } = await sender.send({ id: '01900000-0000-7000-8000-0000000000d1' });
  sender.store.abandon(deliveryId);
  await sender.enqueue(deliveryId);
  assert.equal(sender.store.results.at(-1)?.outcome, 'delivered');
});

for (const [unknownPolicy, outcome, mails] of [
  ['prefer_no_duplicate', 'unknown', 0],
  ['prefer_delivery', 'delivered', 1],
] as const)
  test(`a process that died after the dot: ${outcome} under ${unknownPolicy}`, async () => {
    const { sink, sender } = await scene({}, { unknownPolicy });
    const { deliveryId } = await sender.send();
    sender.store.abandon(deliveryId, new Date(Date.now() - 60_000));
    sink.mails.length = 0;
    await sender.enqueue(deliveryId);
    assert.equal(sender.store.results.at(-1)?.outcome, outcome);
    assert.equal(sink.mails.length, mails);
  });

test('an internal error defers and is reported', async () => {
  const { sender } = await scene(
    {},
    {
      dependencies: {
        directory: { ...testDirectory(), accountById: () => Promise.reject(new Error('ours')) },
      },
    },
  );
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /An error inside Waybill/);
  assert.equal((sender.errors[0] as Error).message, 'ours');
});

test('a database that is away when the reply is in is asked again', async () => {
  const { sender } = await scene({});
  const save = sender.store.saveAttempt;
  let calls = 0;
  sender.store.saveAttempt = async (result) => {
    calls += 1;
    if (calls === 1) throw new Error('restarting');
    return save(result);
  };
  assert.equal((await sender.send()).outcome, 'delivered');
  assert.equal(calls, 2);
});

test('a job queue that is broken costs nothing but time', async () => {
  const enqueue = () => Promise.reject(new Error('redis away'));
  const { sender } = await scene(
    { RCPT: '450 later', DATA: '503 no' },
    { dependencies: { jobs: { enqueue } } },
  );
  assert.equal((await sender.send()).outcome, 'deferred');
});

for (const [whose, limits] of [
  ['a destination', { perDestination: 3, perAccount: 99 }],
  ['an account', { perDestination: 99, perAccount: 3 }],
] as const)
  test(`${whose} has its number of sessions; the rest is put back, and that is no attempt`, async () => {
    const permits = { ...limits, waitMs: 20 };
    // A session that falls idle begins none of them, so that the test sees how they were put back.
    const pool = { onIdle: () => undefined };
    const { sink, sender } = await scene({ dot: { after: 150, say: '250 ok' } }, { permits, pool });
    const sent = await Promise.allSettled(Array.from({ length: 8 }, () => sender.send()));
    assert.equal(sent.filter(({ status }) => status === 'fulfilled').length, 3);
    assert.deepEqual(
      sender.store.results.map(({ outcome }) => outcome),
      Array(3).fill('delivered'),
    );
    assert.equal(sink.connections(), 3);
    assert.equal(sender.enqueued.length, 5);
    for (const { ids, at } of sender.enqueued) {
      const row = sender.store.find(ids[0] ?? '');
      assert.deepEqual([row.status, row.history.length, row.notBefore], ['queued', 0, at]);
    }
  });

for (const [what, reply, suppressed] of [
  ['an address that is not there', '550 5.1.1 no such user', ['ada@dest.example hard_bounce']],
  ['a full mailbox', '552 5.2.2 mailbox full', []],
  ['our own reputation', '550 5.7.1 your IP is on our blocklist', []],
  ['our account at a smart host', '550 5.1.1 your account has been suspended', []],
  ['the sender', '550 5.1.8 Sender domain not found', []],
] as const)
  test(`a bounce for ${what} ${suppressed.length > 0 ? 'keeps' : 'does not keep'} us from writing again`, async () => {
    const { sender } = await scene({ RCPT: reply, DATA: '503 no' });
    await sender.send({ recipient: 'Ada@Dest.example' });
    assert.deepEqual(sender.suppressed, suppressed);
  });
