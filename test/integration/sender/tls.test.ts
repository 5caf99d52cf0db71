import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import tls from 'node:tls';
import { testCertificates } from '../../support/certificate.ts';
import { type TestSenderOptions, testSender } from '../../support/sender.ts';
import { openSink, type SinkOptions } from '../../support/sink.ts';

let files: Awaited<ReturnType<typeof testCertificates>>;
const open: { close(): Promise<void> }[] = [];
before(async () => {
  files = await testCertificates();
});
after(async () => {
  await Promise.all(open.map((one) => one.close()));
  await files.close();
});

const extensions = ['PIPELINING', 'STARTTLS', 'AUTH PLAIN LOGIN'];

async function scene(
  sinkOptions: SinkOptions,
  options: TestSenderOptions & { readonly login?: string; readonly scheme?: 'smtp' | 'smtps' } = {},
) {
  const sink = await openSink({ extensions, tls: files, ...sinkOptions });
  const { login = '', scheme = 'smtp', ...rest } = options;
  const sender = testSender({
    ...rest,
    route: { mode: 'smarthost', smarthostUrl: `${scheme}://${login}localhost:${sink.port}` },
  });
  open.push(sender, sink);
  return { sink, sender };
}

const trusted = () => ({ secureContext: tls.createSecureContext({ ca: readFileSync(files.caFile) }) });

test('TLS is taken when offered, and version, cipher and verification are on record', async () => {
  const { sender, sink } = await scene({}, { pool: trusted() });
  const { outcome, tls: facts, timings } = await sender.send();
  assert.equal(outcome, 'delivered');
  assert.deepEqual(facts, { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', verified: true });
  assert.ok('tls' in timings);
  assert.deepEqual(sink.commands.slice(0, 3), ['EHLO relay.example', 'STARTTLS', 'EHLO relay.example']);
});

test('a certificate of an unknown authority encrypts, and is recorded as not verified', async () => {
  const { sender } = await scene({});
  const { outcome, tls: facts } = await sender.send();
  assert.equal(outcome, 'delivered');
  assert.equal(facts?.verified, false);
  assert.ok(facts?.reason);
});

const offersTls = '250-sink.example\r\n250 STARTTLS';

const brokenTls: readonly (readonly [string, SinkOptions])[] = [
  ['is refused with 454', { script: { STARTTLS: '454 4.7.0 not now' } }],
  ['begins with a reply behind the 220', { script: { STARTTLS: '220 go\r\n250 injected' } }],
  ['begins with garbage behind the 220', { script: { STARTTLS: '220 go\r\nthis is no TLS' } }],
  ['hangs up', { script: { STARTTLS: 'drop' } }],
  ['never answers the handshake', { tls: undefined }],
  ['demands a certificate of the client after the handshake', { wantsClientCertificate: true }],
  ['hangs up at the first EHLO inside TLS', { script: { EHLO: [offersTls, 'drop', offersTls] } }],
];

for (const [what, sinkOptions] of brokenTls)
  test(`STARTTLS that ${what} is followed by clear text, and that is remembered`, async () => {
    const { sender, sink } = await scene(sinkOptions);
    const first = await sender.send();
    assert.equal(first.outcome, 'delivered', first.reason);
    assert.equal(first.tls, undefined);
    assert.ok(first.transcript.some(({ text }) => text === 'TLS failed: trying again in clear'));
    const second = await sender.send();
    assert.equal(second.outcome, 'delivered');
    assert.ok(second.transcript.some(({ text }) => text === 'TLS failed here lately: speaking in clear'));
    assert.equal(sink.commands.filter((line) => line === 'STARTTLS').length, 1);
  });

for (const [what, script, offered] of [
  ['is not offered', {}, ['PIPELINING']],
  ['is refused', { STARTTLS: '454 4.7.0 not now' }, extensions],
  ['breaks', { STARTTLS: '220 go\r\nthis is no TLS' }, extensions],
] as const)
  test(`a message that requires TLS waits where it ${what}`, async () => {
    const { sender, sink } = await scene({ script, extensions: offered });
    const result = await sender.send({ requireTls: true });
    assert.equal(result.outcome, 'deferred', result.reason);
    assert.match(result.reason, /STARTTLS|TLS is required/);
    assert.deepEqual(sink.mails, []);
  });

test('a message that requires TLS goes where it works', async () => {
  const { sender } = await scene({});
  assert.equal((await sender.send({ requireTls: true })).outcome, 'delivered');
});

for (const [offered, said] of [
  ['AUTH PLAIN LOGIN', [`AUTH PLAIN ${Buffer.from('\0us@er\0p:w').toString('base64')}`]],
  [
    'AUTH LOGIN',
    ['AUTH LOGIN', Buffer.from('us@er').toString('base64'), Buffer.from('p:w').toString('base64')],
  ],
] as const)
  test(`the smart host's ${offered} is used, and the password is not on record`, async () => {
    const { sender, sink } = await scene(
      {
        extensions: [offered],
        script: {
          AUTH: offered === 'AUTH LOGIN' ? '334 VXNlcm5hbWU6' : '235 2.7.0 ok',
          [said[1]?.slice(0, 4).toUpperCase() ?? '-']: '334 UGFzc3dvcmQ6',
          [said[2]?.slice(0, 4).toUpperCase() ?? '-']: '235 2.7.0 ok',
        },
      },
      { login: 'us%40er:p%3Aw@' },
    );
    const { outcome, transcript, reason } = await sender.send();
    assert.equal(outcome, 'delivered', reason);
    assert.deepEqual(sink.commands.slice(1, 1 + said.length), said);
    const recorded = JSON.stringify(transcript);
    for (const secret of said.filter((line) => line !== 'AUTH LOGIN'))
      assert.ok(!recorded.includes(secret.replace('AUTH PLAIN ', '')));
  });

test('a login that is refused is ours to mend: deferred, never bounced', async () => {
  const { sender } = await scene(
    { extensions: ['AUTH PLAIN'], script: { AUTH: '535 5.7.8 wrong' } },
    { login: 'u:p@' },
  );
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /535/);
});

test('smtps:// starts with TLS, and a verified smart host gets the password', async () => {
  const { sender, sink } = await scene(
    { isImplicit: true, extensions: ['AUTH PLAIN'], script: { AUTH: '235 2.7.0 ok' } },
    { login: 'u:p@', scheme: 'smtps', pool: trusted() },
  );
  const { outcome, tls: facts, reason } = await sender.send();
  assert.equal(outcome, 'delivered', reason);
  assert.equal(facts?.verified, true);
  assert.ok(!sink.commands.includes('STARTTLS'));
});

test('smtps:// to a host that speaks in clear waits', async () => {
  const { sender } = await scene({}, { scheme: 'smtps' });
  const result = await sender.send();
  assert.equal(result.outcome, 'deferred');
  assert.match(result.reason, /TLS failed/);
});
