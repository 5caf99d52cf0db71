import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { createHmac, randomBytes, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { reportStore } from '@waybill/io/postgres/mail-store/report-store';
import { accounts } from '@waybill/io/postgres/management/accounts';
import { apiKeys } from '@waybill/io/postgres/management/api-keys';
import { auditLog } from '@waybill/io/postgres/management/audit-log';
import { senderDomains } from '@waybill/io/postgres/management/sender-domains';
import { smtpCredentials } from '@waybill/io/postgres/management/smtp-credentials';
import type { ReadyMessage } from '@waybill/io/process/lifecycle';
import { makeApiKey, makeSmtpSecret } from '@waybill/io/secrets/generated-secret';
import { deriveKeys } from '@waybill/io/secrets/keys';
import { openSecretBox } from '@waybill/io/secrets/secret-box';
import { formatReturnPath } from '@waybill/mail/verp';
import { uncheckedAs } from '@waybill/relay/domains/verify-domain';
import { idBytes, parsePublicId } from '@waybill/relay/id';
import pg from 'pg';
import { generate } from 'selfsigned';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { type Dialogue, logIn, openDialogue, plainToken, sendMessage } from '../../support/smtp-dialogue.ts';
import { makeTestCertificate, type TestCertificate } from '../../support/test-certificate.ts';
import { aMessage, id } from './start-ingress.ts';

/** The process as it is started, over PostgreSQL as it is. */
const masterKey = randomBytes(32);
const secret = makeSmtpSecret().text;
const keyId = id();
const accountId = id();
const credentialId = id();
const apiKey = makeApiKey('live', keyId);
let database: TestDatabase;
let child: ChildProcess;
let certificate: TestCertificate;
let ports: Readonly<Record<string, number>>;

async function makeAccount({ database: db }: TestDatabase): Promise<void> {
  const box = openSecretBox(masterKey);
  const createdAt = new Date();
  await accounts(db, box).create({ id: accountId, name: 'Acme', streamId: id(), createdAt });
  await smtpCredentials(db, box).create(accountId, {
    id: credentialId,
    username: 'acme',
    name: 'app',
    secret,
    cramMd5: true,
    createdAt,
  });
  const scopes = ['messages:send'];
  await apiKeys(db).create({
    id: keyId,
    accountId,
    kind: 'live',
    name: 'key',
    secretHash: apiKey.secretHash,
    scopes,
    createdAt,
  });
  const domain = await senderDomains(db, box).create({
    id: id(),
    accountId,
    domain: 'acme.test',
    createdAt,
    keys: [],
  });
  await senderDomains(db, box).saveChecks(accountId, domain.id, uncheckedAs('verified', createdAt));
}

function start(databaseUrl: string, tls: TestCertificate): ChildProcess {
  return fork(new URL('../../../apps/ingress/src/main.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: databaseUrl,
      WAYBILL_MASTER_KEY: masterKey.toString('hex'),
      WAYBILL_HOSTNAME: 'mx.waybill.test',
      WAYBILL_RETURN_PATH_DOMAIN: 'bounces.waybill.test',
      SMTP_CLEARTEXT_PORT: '0',
      SMTP_SUBMISSIONS_PORT: '0',
      TLS_CERT_FILE: tls.certFile,
      TLS_KEY_FILE: tls.keyFile,
      SMTP_RETURN_PATH_PORT: '0',
      LOG_LEVEL: 'silent',
    },
  });
}

before(async () => {
  database = await openTestDatabase();
  await makeAccount(database);
  certificate = await makeTestCertificate();
  child = start(database.url, certificate);
  const [ready] = (await once(child, 'message')) as [ReadyMessage];
  ports = ready.ports;
});
after(async () => {
  child.kill('SIGKILL');
  await database.close();
  await certificate.remove();
});

async function logged(username = 'acme', password = secret): Promise<Dialogue> {
  const client = await openDialogue({ port: ports.cleartext ?? 0 });
  assert.equal((await logIn(client, username, password)).code, 235);
  return client;
}

const mail = { from: 'ada@acme.test', to: 'bob@example.com', bytes: aMessage() };
const idIn = (text: string, prefix: 'msg'): string =>
  parsePublicId(prefix, new RegExp(`${prefix}_\\w+`).exec(text)?.[0] ?? '') ?? 'none';

async function isStored(messageId: string): Promise<boolean> {
  const sql = 'SELECT FROM message m JOIN message_content c ON c.message_id = m.id WHERE m.id = $1';
  return (await database.database.pool.query(sql, [messageId])).rowCount === 1;
}

test('what was answered 250 lies in PostgreSQL, under the id that was told', async () => {
  const client = await logged();
  const reply = await sendMessage(client, mail);
  assert.equal(reply.code, 250, reply.text);
  assert.ok(await isStored(idIn(reply.text, 'msg')));
  client.close();
});

test('an API key and CRAM-MD5 log in with what PostgreSQL keeps of them', async () => {
  const withKey = await logged('apikey', apiKey.text);
  assert.equal((await sendMessage(withKey, mail)).code, 250);
  withKey.close();
  const client = await openDialogue({ port: ports.cleartext ?? 0 });
  await client.say('EHLO client.example');
  const challenge = Buffer.from((await client.say('AUTH CRAM-MD5')).text, 'base64');
  const digest = createHmac('md5', secret).update(challenge).digest('hex');
  assert.equal((await client.say(Buffer.from(`acme ${digest}`).toString('base64'))).code, 235);
  client.close();
});

test('a client certificate logs in as long as it is registered', async () => {
  const shown = await generate([{ name: 'commonName', value: 'app.acme.test' }], { algorithm: 'sha256' });
  const fingerprint = new X509Certificate(shown.cert).fingerprint256.replaceAll(':', '').toLowerCase();
  const external = async (): Promise<number> => {
    const client = await openDialogue({
      port: ports.submissions ?? 0,
      tls: 'implicit',
      certificate: { cert: shown.cert, key: shown.private },
    });
    await client.say('EHLO client.example');
    const { code } = await client.say('AUTH EXTERNAL =');
    const sent = code === 235 ? (await sendMessage(client, mail)).code : code;
    client.close();
    return sent;
  };
  const becomes = async (code: number): Promise<void> => {
    for (let count = 0; count < 20 && (await external()) !== code; count += 1)
      await new Promise((resolve) => setTimeout(resolve, 100));
    assert.equal(await external(), code);
  };
  const register = (certificateFingerprints: readonly string[]) =>
    smtpCredentials(database.database, openSecretBox(masterKey)).change(accountId, credentialId, {
      certificateFingerprints,
    });
  assert.equal(await external(), 535);
  await register([fingerprint]);
  await becomes(250);
  await register([]);
  await becomes(535);
});

test('CRAM-MD5 is listed while PostgreSQL holds a credential for it', async () => {
  const lists = async (): Promise<boolean> => {
    const client = await openDialogue({ port: ports.cleartext ?? 0 });
    const { lines } = await client.say('EHLO client.example');
    client.close();
    return lines.some((line) => /^AUTH .*CRAM-MD5/.test(line));
  };
  const becomes = async (listed: boolean): Promise<void> => {
    for (let count = 0; count < 60 && (await lists()) !== listed; count += 1) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.equal(await lists(), listed);
  };
  await becomes(true);
  const { pool } = database.database;
  await pool.query(`UPDATE smtp_credential SET revoked_at = now() WHERE username = 'acme'`);
  await becomes(false);
  await pool.query(`UPDATE smtp_credential SET revoked_at = NULL WHERE username = 'acme'`);
  await becomes(true);
});

test('a credential is locked for an address that guesses its secret, and the audit log of its account shows it', async () => {
  const guesser = '127.0.0.99';
  // The number of failures that one address may have with a name. Their replies are delayed and are not awaited here.
  const guesses = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const client = await openDialogue({ port: ports.cleartext ?? 0, localAddress: guesser });
      await client.say('EHLO client.example');
      client.send(`AUTH PLAIN ${plainToken('acme', 'a guess')}\r\n`);
      return client;
    }),
  );
  await guesses[0]?.reply();
  for (const client of guesses) client.close();
  for (const password of [secret, 'a guess', 'another']) {
    const client = await openDialogue({ port: ports.cleartext ?? 0, localAddress: guesser });
    assert.equal((await logIn(client, 'acme', password)).code, 421);
    client.close();
  }
  const owner = await logged();
  owner.close();
  const log = auditLog(database.database);
  let entries = await log.list(accountId, { limit: 10 });
  for (let count = 0; count < 40 && entries.length === 0; count += 1) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    entries = await log.list(accountId, { limit: 10 });
  }
  assert.deepEqual(
    entries.map(({ action, actor, detail }) => [action, actor, detail.ip]),
    [['credential.locked', 'waybill', guesser]],
  );
  assert.equal((await log.verify()).ok, true);
});

test('a report lies in PostgreSQL and knows its delivery', async () => {
  const deliveryId = id();
  const client = await openDialogue({ port: ports.return_path ?? 0 });
  await client.say('EHLO mx.example');
  const to = formatReturnPath(idBytes(deliveryId), deriveKeys(masterKey).returnPath, 'bounces.waybill.test');
  assert.equal((await sendMessage(client, { from: '', to, bytes: aMessage() })).code, 250);
  const { rows } = await database.database.pool.query<{ id: string }>('SELECT id FROM report');
  const report = await reportStore(database.database).load(rows[0]?.id ?? '');
  assert.equal(report?.deliveryId, deliveryId);
  client.close();
});

/** Cuts every connection of the process and lets it make no new one. */
async function withPostgresAway(use: () => Promise<void>): Promise<void> {
  const server = new URL(database.url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  const admin = new pg.Client({ connectionString: server.href });
  await admin.connect();
  try {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS false`);
    const cut =
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name <> $2';
    await admin.query(cut, [name, 'waybill test']);
    await use();
  } finally {
    await admin.query(`ALTER DATABASE ${name} ALLOW_CONNECTIONS true`);
    await admin.end();
  }
}

test('PostgreSQL away is 451, and the same session is served once it is back', async () => {
  const client = await logged();
  await withPostgresAway(async () => {
    const refused = await sendMessage(client, mail);
    assert.equal(`${refused.code} ${refused.text.slice(0, 5)}`, '451 4.3.0');
  });
  const codes: number[] = [];
  while (codes.length < 50 && codes.at(-1) !== 250) {
    codes.push((await sendMessage(client, mail)).code);
    if (codes.at(-1) !== 250) {
      await client.say('RSET');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  assert.equal(codes.at(-1), 250);
  assert.ok(
    codes.slice(0, -1).every((code) => code === 451 || code === 503),
    codes.join(),
  );
  client.close();
});

test('SIGTERM ends it cleanly', async () => {
  const idle = await logged();
  child.kill('SIGTERM');
  assert.equal((await idle.reply()).code, 421);
  const [code] = (await once(child, 'exit')) as [number];
  assert.equal(code, 0);
});
