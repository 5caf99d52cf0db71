/**
 * Delivery by smart host and by MX, to servers and by a name server of the tests'. The installation keeps its data in a
 * PostgreSQL that was there before, as `DATABASE_URL` says.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { PLATFORM_ACCOUNT_ID } from '@waybill/relay/domains/sender-standing';
import pg from 'pg';
import {
  type Api,
  apiOf,
  assertSigned,
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  operator,
  reasonsIn,
  secondAccount,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { testCertificates } from '../support/certificate.ts';
import { openEmptyDatabase } from '../support/database.ts';
import { freePortOffset, startTestDev, type TestDev } from '../support/dev.ts';
import { type DnsStub, openDnsStub } from '../support/dns-stub.ts';
import { eventually } from '../support/eventually.ts';
import { openSink, type Sink, type SinkMail } from '../support/sink.ts';

let dev: TestDev;
let database: Awaited<ReturnType<typeof openEmptyDatabase>>;
let certificates: Awaited<ReturnType<typeof testCertificates>>;
let dns: DnsStub;
const sinks: Sink[] = [];
let smarthost: Sink;
/** Three hosts on one port, each on its own loopback address. */
let refusing: Sink;
let taking: Sink;
let plain: Sink;

const openSinks = async (): Promise<void> => {
  const tls = { certFile: certificates.certFile, keyFile: certificates.keyFile };
  smarthost = await openSink();
  refusing = await openSink({ host: '127.0.0.31', script: { banner: '554 5.3.2 not today' } });
  const { port } = refusing;
  taking = await openSink({
    host: '127.0.0.32',
    port,
    tls,
    extensions: ['PIPELINING', '8BITMIME', 'STARTTLS'],
  });
  plain = await openSink({ host: '127.0.0.33', port });
  sinks.push(smarthost, refusing, taking, plain);
};

const mx = (preference: number, exchange: string) => ({ preference, exchange });
const zone = {
  'MX two.example': [mx(20, 'taking.example'), mx(10, 'refusing.example')],
  'MX null.example': [mx(0, '.')],
  'MX broken.example': 'SERVFAIL',
  'A a-only.example': ['127.0.0.33'],
  'A refusing.example': ['127.0.0.31'],
  'A taking.example': ['127.0.0.32'],
} as const;

before(async () => {
  database = await openEmptyDatabase();
  certificates = await testCertificates();
  await openSinks();
  dns = await openDnsStub(zone);
  dev = await startTestDev({
    portOffset: await freePortOffset(),
    args: ['--smarthost', `smtp://127.0.0.1:${smarthost.port}`, '--resolver', dns.server],
    env: {
      DATABASE_URL: database.url,
      WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
      ALLOW_PRIVATE_DESTINATIONS: 'true',
      MX_PORT: String(refusing.port),
    },
  });
  await operator(dev.file).patch(`/v1/admin/accounts/${dev.file.second.id}`, { delivery_mode: 'mx' });
});
after(async () => {
  await dev?.stop();
  await dns?.close();
  for (const sink of sinks) await sink.close();
  await certificates?.close();
  await database?.close();
});

type Login = { readonly username: string; readonly password: string };

const sendAs = async (auth: Login, from: string, to: string): Promise<string> =>
  messageIdIn(
    await submit({
      port: dev.file.smtp.port,
      auth,
      mailFrom: from,
      to,
      raw: `From: ${from}\nTo: ${to}\nSubject: Modes\n\nHello\n`,
    }),
  );
const sendByMx = (to: string): Promise<string> => sendAs(dev.file.second.credential, 'app@beta.test', to);
const sendBySmarthost = (to: string, auth: Login = dev.file.credential): Promise<string> =>
  sendAs(auth, 'app@acme.test', to);

const mailTo = (sink: Sink, to: string): SinkMail | undefined => sink.mails.find((mail) => mail.to === to);
const attemptsOf = (trace: Json): readonly Json[] => trace.deliveries[0].history;

test('a database that DATABASE_URL names is used, and none is started', async () => {
  assert.equal(dev.file.processes.postgres, undefined);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client
    .query('SELECT name FROM account WHERE id <> $1 ORDER BY name', [PLATFORM_ACCOUNT_ID])
    .finally(() => client.end());
  assert.deepEqual(
    rows.map(({ name }) => name),
    ['Acme (demo)', 'Beta (demo)'],
  );
});

test('in smarthost mode the last hop is the smart host, signed and with our return path', async () => {
  const to = freshRecipient('next');
  const trace = await traceAt(firstAccount(dev.file), await sendBySmarthost(to), 'delivered');
  const mail = await eventually('the mail', async () => mailTo(smarthost, to));
  await assertSigned(mail.bytes, dev.file, 'acme.test');
  assert.equal(mail.from, trace.deliveries[0].return_path);
  assert.equal(attemptsOf(trace)[0].port, smarthost.port);
  assert.match(trace.reason, /They took the message: 250/);
});

test('a test key and a sandbox credential stay in the sandbox, whatever the installation does', async () => {
  const api = firstAccount(dev.file);
  const made = await api.post('/v1/api-keys', { name: 'test', kind: 'test' });
  assert.match(made.key, /^wb_test_/);
  const { username, secret } = await api.post('/v1/smtp-credentials', { name: 'sandbox', sandbox: true });
  const [byHttp, bySmtp, byKey] = ['http', 'smtp', 'key'].map((name) => freshRecipient(name)) as [
    string,
    string,
    string,
  ];
  const testKey: Api = apiOf({ url: dev.file.api.url, key: made.key });
  const body = { from: 'app@acme.test', to: byHttp, subject: 'Test', text: 'x' };
  const ids = [
    (await testKey.post('/v1/messages', body)).id,
    await sendBySmarthost(bySmtp, { username, password: secret }),
    await sendBySmarthost(byKey, { username: 'apikey', password: made.key }),
  ];
  for (const [index, to] of [byHttp, bySmtp, byKey].entries()) {
    await caughtBy(api, to);
    const trace = await traceAt(api, ids[index], 'delivered');
    assert.match(trace.reason, /Kept in the sandbox/);
    assert.equal(mailTo(smarthost, to), undefined);
  }
});

test('in mx mode the MX of lower preference takes what the first one refuses to talk about', async () => {
  const to = freshRecipient('order', 'two.example');
  const trace = await traceAt(secondAccount(dev.file), await sendByMx(to), 'delivered');
  const mail = await eventually('the mail', async () => mailTo(taking, to));
  await assertSigned(mail.bytes, dev.file, 'beta.test');
  assert.ok(refusing.connections() > 0, 'the preferred one was asked first');
  const last = attemptsOf(trace).at(-1);
  assert.equal(last.host, 'taking.example');
  assert.match(JSON.stringify(last.transcript), /refusing\.example.*554 5\.3\.2 not today.*taking\.example/s);
  assert.match(reasonsIn(trace), /They took the message/);
});

test('TLS is used where it is offered, with any certificate, and the attempt records its version', async () => {
  const encrypted = await traceAt(
    secondAccount(dev.file),
    await sendByMx(freshRecipient('tls', 'two.example')),
    'delivered',
  );
  const { tls } = attemptsOf(encrypted).at(-1);
  assert.match(tls.version, /^TLSv1\.[23]$/);
  assert.equal(tls.verified, false);
  const clear = await traceAt(
    secondAccount(dev.file),
    await sendByMx(freshRecipient('clear', 'a-only.example')),
    'delivered',
  );
  assert.equal(attemptsOf(clear).at(-1).tls, null);
});

test('a domain without MX takes mail at its own address', async () => {
  const to = freshRecipient('implicit', 'a-only.example');
  const trace = await traceAt(secondAccount(dev.file), await sendByMx(to), 'delivered');
  assert.ok(mailTo(plain, to));
  assert.deepEqual([attemptsOf(trace)[0].host, attemptsOf(trace)[0].ip], ['a-only.example', '127.0.0.33']);
});

test('a null MX and a domain that does not exist bounce once, with the reason', async () => {
  for (const [domain, reason] of [
    ['null.example', /takes no mail \(null MX, RFC 7505\)/],
    ['nowhere.example', /domain nowhere\.example does not exist/],
  ] as const) {
    const id = await sendByMx(freshRecipient('bounce', domain));
    const trace = await traceAt(secondAccount(dev.file), id, 'bounced');
    assert.equal(attemptsOf(trace).length, 1);
    assert.match(trace.deliveries[0].reason, reason);
  }
});

test('a name server in trouble defers, for trouble is no answer', async () => {
  const id = await sendByMx(freshRecipient('later', 'broken.example'));
  const trace = await traceAt(secondAccount(dev.file), id, 'deferred');
  assert.match(attemptsOf(trace)[0].reason, /MX of broken\.example could not be looked up/);
  assert.ok(trace.deliveries[0].next_attempt_at);
  await secondAccount(dev.file).post(`/v1/messages/${id}/cancel`);
});

test('every look-up went to the name server that was named', () => {
  for (const question of ['MX two.example', 'A taking.example', 'MX null.example', 'MX broken.example'])
    assert.ok(dns.asked.includes(question), question);
});
