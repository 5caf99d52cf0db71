/** Both processes as they run in production, on a real database with its queue: claim → sandbox → delivered. */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openMessageStore } from '@waybill/io/postgres/mail-store/message-store';
import { openSandboxStore } from '@waybill/io/postgres/mail-store/sandbox-store';
import type { Queues } from '@waybill/io/queue/queues';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { encodePatch } from '@waybill/mail/patch';
import { formatReturnPath } from '@waybill/mail/verp';
import { deliveryIdOf, idBytes } from '@waybill/relay/id';
import { testCertificates } from '../../support/certificate.ts';
import { freePort, openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { eventually } from '../../support/eventually.ts';
import { openTestQueues } from '../../support/queues.ts';
import { addAccount, addVerifiedDomain, someMessage, somePrepared } from '../postgres/some.ts';

const masterKey = Buffer.from(Array.from({ length: 32 }, (_, index) => (index * 37 + 11) % 256));
const keys = deriveKeys(masterKey);

let opened: TestDatabase;
let queues: Queues;
let accountId: string;
let files: Awaited<ReturnType<typeof testCertificates>>;
const children: ChildProcess[] = [];

async function start(app: string, env: Readonly<Record<string, string>>): Promise<ChildProcess> {
  const main = fileURLToPath(new URL(`../../../apps/${app}/src/main.ts`, import.meta.url));
  const child = fork(main, [], { env: { ...process.env, LOG_LEVEL: 'warn', ...env } });
  children.push(child);
  const ready = once(child, 'message');
  const early = once(child, 'exit').then(() => Promise.reject(new Error(`${app} ended before it was ready`)));
  await Promise.race([ready, early]);
  early.catch(() => undefined);
  return child;
}

async function stop(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return child.exitCode;
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  return code;
}

before(async () => {
  opened = await openTestDatabase();
  files = await testCertificates();
  queues = await openTestQueues({ redisUrl: undefined, databaseUrl: opened.url });
  accountId = await addAccount(opened.database);
  await addVerifiedDomain(opened.database, accountId, 'acme.test');
  const env = {
    DATABASE_URL: opened.url,
    WAYBILL_MASTER_KEY: masterKey.toString('hex'),
    SANDBOX_PORT: String(await freePort()),
    TLS_CERT_FILE: files.certFile,
    TLS_KEY_FILE: files.keyFile,
    OUTBOUND_CA_FILE: files.caFile,
    RETRY_MINUTES: '0.01',
  };
  await start('sandbox', env);
  await start('sender', env);
});

after(async () => {
  await Promise.all(children.map(stop));
  await queues.close();
  await opened.close();
  await files.close();
});

const source = Buffer.from('From: app@acme.test\r\nSubject: Hello\r\n\r\nHi\r\n.dot\r\n');

async function deliver(recipient: string): Promise<string> {
  const messages = openMessageStore({ database: opened.database });
  const message = someMessage(accountId, {
    bytes: source,
    envelope: { mailFrom: 'app@acme.test', rcptTo: [recipient], smtpUtf8: false, body: '7bit' },
  });
  await messages.accept(message);
  const id = deliveryIdOf(message.id, 0);
  const returnPath = formatReturnPath(idBytes(id), keys.returnPath, 'bounces.waybill.test');
  const prepared = somePrepared(message);
  const deliveries = prepared.deliveries.map((one) => ({ ...one, returnPath, patch: encodePatch([]) }));
  await messages.savePrepared({ ...prepared, deliveries });
  await queues.jobs.enqueue('delivery', [id]);
  return id;
}

async function settled(id: string, attempts: number) {
  return eventually(`${id} has ended ${attempts} attempts`, async () => {
    const { rows } = await opened.database.pool.query(
      'SELECT number, outcome, reason, tls, timings, transcript, dot_sent_at FROM attempt WHERE delivery_id = $1 AND ended_at IS NOT NULL ORDER BY number',
      [id],
    );
    return rows.length >= attempts && rows;
  });
}

const statusOf = async (id: string): Promise<string> =>
  (await opened.database.pool.query('SELECT status FROM delivery WHERE id = $1', [id])).rows[0].status;

test('a enqueued delivery reaches the sandbox over verified TLS and is on record with its conversation', async () => {
  const id = await deliver('ada@dest.test');
  const [attempt] = await settled(id, 1);
  assert.equal(attempt.outcome, 'delivered', attempt.reason);
  assert.equal(await statusOf(id), 'delivered');
  assert.equal(attempt.tls.verified, true);
  assert.ok(attempt.dot_sent_at);
  assert.ok(attempt.timings.dot >= 0);
  assert.ok(attempt.transcript.some(({ text }: { text: string }) => text === 'RCPT TO:<ada@dest.test>'));
  const store = openSandboxStore({ database: opened.database });
  const [caught] = await store.list(accountId, { to: 'ada@dest.test', limit: 1, waitMs: 2_000 });
  assert.equal(caught?.deliveryId, id);
  const whole = await store.one(accountId, caught?.id ?? '');
  assert.deepEqual(whole?.bytes, source);
});

for (const [recipient, outcomes, status] of [
  ['softbounce+a@sandbox.test', ['deferred', 'deferred', 'delivered'], 'delivered'],
  ['greylist@sandbox.test', ['deferred', 'delivered'], 'delivered'],
  ['drop-before-dot@sandbox.test', ['deferred', 'deferred'], 'deferred'],
  ['drop-after-dot@sandbox.test', ['unknown'], 'unknown'],
  ['spam@sandbox.test', ['bounced'], 'bounced'],
] as const)
  test(`${recipient}: ${outcomes.join(', ')}`, async () => {
    const id = await deliver(recipient);
    const attempts = (await settled(id, outcomes.length)).slice(0, outcomes.length);
    assert.deepEqual(
      attempts.map(({ outcome }) => outcome),
      outcomes,
    );
    if (status !== 'deferred') assert.equal(await statusOf(id), status);
  });

test('an address that is not there bounces and is suppressed', async () => {
  const id = await deliver('bounce+x@sandbox.test');
  const [attempt] = await settled(id, 1);
  assert.equal(attempt.outcome, 'bounced');
  const suppressed = await eventually('the address is suppressed', async () => {
    const { rows } = await opened.database.pool.query(
      'SELECT address, reason FROM suppression WHERE account_id = $1',
      [accountId],
    );
    return rows.length > 0 && rows;
  });
  assert.deepEqual(suppressed, [{ address: 'bounce+x@sandbox.test', reason: 'hard_bounce' }]);
});

test('a hundred at once share few sessions and all arrive', async () => {
  const ids = await Promise.all(Array.from({ length: 100 }, (_, index) => deliver(`many${index}@dest.test`)));
  const attempts = await Promise.all(ids.map((id) => settled(id, 1)));
  assert.ok(attempts.every(([first]) => first.outcome === 'delivered'));
  const opened = attempts.filter(([first]) => first.transcript[0].text.startsWith('connecting')).length;
  // 20 at a time. The retries of `drop-before-dot` end some, which are replaced.
  assert.ok(opened < 40, `${opened} sessions`);
});

test('both processes end cleanly when asked to', async () => {
  for (const child of children.toReversed()) assert.equal(await stop(child), 0);
});
