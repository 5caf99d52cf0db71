/** The commands of production, as they are typed on a host. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { openDatabase } from '@waybill/io/postgres/connection/database';
import { apiOf, type Json } from '../support/black-box.ts';
import { testCertificates } from '../support/certificate.ts';
import { freePort, openEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { productionNames } from '../support/production.ts';

const run = promisify(execFile);
const root = resolve(import.meta.dirname, '../..');
const bin = join(root, 'apps/cli/bin/waybill.mjs');

let database: Awaited<ReturnType<typeof openEmptyDatabase>>;
let certificates: Awaited<ReturnType<typeof testCertificates>>;
let env: Readonly<Record<string, string>>;

before(async () => {
  database = await openEmptyDatabase();
  certificates = await testCertificates();
  env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
    ...productionNames,
    TLS_CERT_FILE: certificates.certFile,
    TLS_KEY_FILE: certificates.keyFile,
    API_PORT: String(await freePort()),
    METRICS_PORT: '0',
  };
});
after(async () => {
  await certificates.close();
  await database.close();
});

type Ended = { readonly code: number; readonly output: string };

/** Runs a command to its end. */
const waybill = (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  run(process.execPath, [bin, ...args], { env: { ...env, ...more }, cwd: certificates.folder }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: Json) => ({ code: error.code as number, output: `${error.stdout}${error.stderr}` }),
  );

const hasNoStack = (output: string): void => assert.doesNotMatch(output, /\n\s+at .*:\d+:\d+/);

test('all faults of the configuration are reported at once, each with an example', async () => {
  const wrong = { DATABASE_URL: '', API_PORT: 'x', DELIVERY_MODE: 'pigeon' };
  for (const command of [['migrate'], ['start', 'api'], ['doctor'], ['operator-key']]) {
    const { code, output } = await waybill(command, wrong);
    assert.equal(code, 1);
    assert.match(output, /DATABASE_URL: is missing\. Example: DATABASE_URL=postgresql:/);
    assert.match(output, /API_PORT: .*Example: API_PORT=3000/);
    assert.match(output, /DELIVERY_MODE: .*Example: DELIVERY_MODE=mx/);
    hasNoStack(output);
  }
});

test('an app that does not exist is named, with those that do', async () => {
  const { code, output } = await waybill(['start', 'api', 'nonsense']);
  assert.equal(code, 1);
  assert.match(output, /No such app: nonsense\. There are: ingress, sandbox, worker, sender, tracker, api/);
  hasNoStack(output);
});

test('before the first migration the doctor says what is missing and how to mend it', async () => {
  const { code, output } = await waybill(['doctor'], { TLS_CERT_FILE: '' });
  assert.equal(code, 1);
  assert.match(
    output,
    /ILL +database: The database is empty: it lacks \d+ migrations.*\n +Run: waybill migrate/,
  );
  assert.match(output, /ILL +certificate: No TLS certificate is set.*\n +Set TLS_CERT_FILE/);
  assert.match(output, /well +master key/);
  hasNoStack(output);
});

test('migrating twice is harmless', async () => {
  const first = await waybill(['migrate']);
  assert.equal(first.code, 0, first.output);
  assert.match(first.output, /Applied: /);
  assert.match(
    first.output,
    /Made DKIM keys for relay\.example\. Publish[\s\S]*\n {2}\S+\._domainkey\.relay\.example TXT "v=DKIM1; k=rsa; p=/,
  );
  const second = await waybill(['migrate']);
  assert.equal(second.code, 0, second.output);
  assert.match(second.output, /Nothing to do/);
  assert.doesNotMatch(second.output, /DKIM/);
});

test('the doctor finds nothing wrong with a good installation', async () => {
  const { code, output } = await waybill(['doctor']);
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /ILL/);
  const names = [
    'settings',
    'master key',
    'database',
    'queue',
    'DNS',
    'certificate',
    'disk',
    'platform domain',
  ];
  for (const name of names) assert.match(output, new RegExp(`well +${name}: .+\\.`));
});

test('the doctor reports a database that is away, and still checks the rest', async () => {
  const away = `postgresql://waybill:secret@127.0.0.1:${await freePort()}/waybill`;
  const keyFile = join(certificates.folder, 'short.key');
  await writeFile(keyFile, 'too short\n');
  const more = { DATABASE_URL: away, WAYBILL_MASTER_KEY: '', WAYBILL_MASTER_KEY_FILE: keyFile };
  const { code, output } = await waybill(['doctor'], more);
  assert.equal(code, 1);
  assert.match(output, /ILL +master key: .+/);
  assert.match(output, /ILL +database: .+/);
  assert.match(output, /well +certificate/);
  assert.doesNotMatch(output, /secret/);
  hasNoStack(output);
});

test('accounts, domains, credentials and suppressions are managed on the host, for people and for programs', async () => {
  const made = JSON.parse((await waybill(['account', 'create', 'Typed', '--json'])).output);
  assert.match(made.id, /^acc_/);
  const of = ['--account', 'Typed'];
  const domain = await waybill(['domain', 'add', 'typed.example', ...of], { RESOLVER: '127.0.0.1:1' });
  assert.match(domain.output, /^return_path\.host +bounce\.typed\.example$/m);
  assert.match(domain.output, /^_waybill\.typed\.example TXT waybill-verification=dom_/m);
  const zone = await waybill(['domain', 'zonefile', 'typed.example', ...of]);
  assert.match(zone.output, /^bounce\.typed\.example\. 3600 IN MX 10 /m);
  const credential = await waybill(['credential', 'create', 'app', ...of]);
  assert.match(credential.output, /^secret +[0-9a-z]{32}$/m);
  await waybill(['suppression', 'add', 'No@Example.com', ...of]);
  const list = await waybill(['suppression', 'list', ...of]);
  assert.match(list.output, /^ADDRESS +REASON [^\n]*\n\S+ +manual /m);
  assert.equal((await waybill(['webhook', 'list', ...of])).output.trim(), 'This account has no webhook.');
  assert.equal((await waybill(['message', 'list', ...of])).output.trim(), 'This account has no message.');
  await waybill(['operator', 'create', 'ops@typed.example']);
  const disabled = await waybill(['user', 'disable', 'ops@typed.example']);
  assert.match(disabled.output, /^status +disabled$/m);
  assert.match((await waybill(['user', 'list'])).output, /^usr_\S+ +ops@typed\.example +disabled +true /m);
  const suspended = await waybill(['account', 'suspend', 'Typed', '--reason', 'unpaid']);
  assert.match(suspended.output, /^suspended_reason +unpaid$/m);
  const table = (await waybill(['account', 'list', '--search', 'Typed'])).output.split('\n');
  assert.deepEqual(table[0]?.split(/ +/), ['ID', 'NAME', 'STATUS', 'REASON', 'CREATED']);
  assert.match(table[1] ?? '', new RegExp(`^${made.id} +Typed +suspended +unpaid `));
  const deleting = await waybill(['account', 'delete', 'Typed', '--grace-days', '3']);
  assert.match(deleting.output, /^status +deleting$/m);
  assert.match(deleting.output, /^deletion\.asked_by +waybill account delete$/m);
  const kept = JSON.parse((await waybill(['account', 'undelete', 'Typed', '--json'])).output);
  assert.deepEqual([kept.status, kept.deletion, kept.cancelled_deliveries], ['suspended', null, 0]);
});

test('a command that is refused says why, names the fix and ends with 1', async () => {
  const explain = ['message', 'explain', '--account', 'Typed', '--to', 'ada@example.com'];
  await writeFile(join(certificates.folder, 'empty.eml'), '');
  for (const [args, said] of [
    [['account', 'show', 'Unknown Ltd'], /There is no account Unknown Ltd\.\nFix: waybill account list/],
    [['domain', 'add', 'no domain', '--account', 'Typed'], /is not a domain name.*\nFix: /],
    [['domain', 'add', 'typed.example', '--account', 'Typed'], /exists already/],
    [['credential', 'revoke', 'app', '--account', 'Typed'], /app is no credential id\.\nFix: /],
    [['message', 'show', 'msg_x', '--account', 'Typed'], /msg_x is no message id\.\nFix: /],
    [['message', 'explain', '--account', 'Typed'], /required option '--to <address...>'/],
    [[...explain, '--file', 'none.eml'], /none\.eml cannot be read \(ENOENT\)\.\nFix: /],
    [[...explain, '--file', 'empty.eml'], /message_malformed\)\.\nFix: /],
    [[...explain, '--from', 'a@x.example, b@x.example'], /--from: must be one address.*\nFix: /],
    [[...explain, '--stream', 'none'], /has no stream none\.\nFix: name one of /],
    [['account', 'undelete', 'Typed'], /is not being deleted.*\nFix: /],
    [['account', 'delete', 'Typed', '--grace-days', 'x'], /A number from 0 to 365/],
    [['domain', 'list'], /required option '--account <account>' not specified/],
  ] as const) {
    const { code, output } = await waybill(args, { RESOLVER: '127.0.0.1:1' });
    assert.equal(code, 1, output);
    assert.match(output, said);
    hasNoStack(output);
  }
});

test('waybill start api serves the API, the operator key opens it, and SIGTERM ends it', async () => {
  const made = await waybill(['operator-key', '--name', 'first']);
  assert.equal(made.code, 0, made.output);
  const key = made.output.trim();
  assert.match(key, /^wb_admin_\S+$/);
  const child: ChildProcess = spawn(process.execPath, [bin, 'start', 'api'], {
    env,
    cwd: certificates.folder,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  try {
    const url = `http://127.0.0.1:${env.API_PORT}`;
    const api = apiOf({ url, key });
    const made_ = await eventually('the API answers', () =>
      api.post('/v1/admin/accounts', { name: 'First' }).catch(() => undefined),
    );
    const account = apiOf({ url, key, accountId: made_.id });
    assert.equal((await account.get('/v1/account')).name, 'First');
    await assert.rejects(apiOf({ url, key: `${key}x` }).get('/v1/account'), { status: 401 });
  } finally {
    child.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});

test('operator keys are listed without secrets and revoked on the host; the last one stays', async () => {
  const made = await waybill(['operator-key', '--name', 'spare']);
  const secret = made.output.trim().split('_').at(-1) ?? '';
  const lines = (await waybill(['operator-key', 'list'])).output.trim().split('\n');
  assert.ok(
    lines.every((line) => /^key_\w+ {2}created \S+Z {2}last used \S+ {2}expires never {2}/.test(line)),
  );
  assert.ok(secret.length > 20 && !lines.join().includes(secret));
  assert.match(lines[0] ?? '', /spare$/);
  const ids = lines.map((line) => line.split(' ')[0] ?? '');
  for (const id of ids.slice(1))
    assert.equal((await waybill(['operator-key', 'revoke', id])).output.trim(), `${id} is revoked`);
  const last = await waybill(['operator-key', 'revoke', ids[0] ?? '']);
  assert.equal(last.code, 1);
  assert.match(last.output, /is the last valid operator key. Make another one first/);
  const unknown = await waybill(['operator-key', 'revoke', 'key_nonsense']);
  assert.equal(unknown.code, 1);
  hasNoStack(last.output + unknown.output);
});

test('waybill audit verify finds a changed entry, and an end that was cut off', async () => {
  const whole = await waybill(['audit', 'verify', '--json']);
  assert.equal(whole.code, 0, whole.output);
  const { ok, entries, head } = JSON.parse(whole.output);
  assert.ok(ok && entries > 0);
  assert.match((await waybill(['audit', 'verify', '--head', head])).output, /is in the chain/);
  const opened = openDatabase({ url: database.url, applicationName: 'test', poolSize: 1 });
  const change = async (sql: string): Promise<void> => void (await opened.pool.query(sql));
  await change(
    'ALTER TABLE audit_entry DISABLE TRIGGER USER; CREATE TABLE kept AS SELECT * FROM audit_entry',
  );
  await change('DELETE FROM audit_entry WHERE sequence = (SELECT max(sequence) FROM audit_entry)');
  const cut = await waybill(['audit', 'verify', '--head', head]);
  assert.deepEqual([cut.code, /is not in the chain/.test(cut.output)], [1, true]);
  await change("UPDATE audit_entry SET actor = 'me' WHERE sequence = 1");
  const changed = await waybill(['audit', 'verify']);
  assert.equal(changed.code, 1);
  assert.match(changed.output, /whole up to entry 0. aud_\w+ does not fit/);
  await change('DELETE FROM audit_entry; INSERT INTO audit_entry SELECT * FROM kept; DROP TABLE kept');
  await change('ALTER TABLE audit_entry ENABLE TRIGGER USER');
  await opened.close();
});

async function auditEntries(): Promise<readonly Json[]> {
  const opened = openDatabase({ url: database.url, applicationName: 'test', poolSize: 1 });
  try {
    const sql = 'SELECT * FROM audit_entry ORDER BY sequence';
    return (await opened.pool.query(sql)).rows;
  } finally {
    await opened.close();
  }
}

test('the audit log says which operator keys the host made and revoked, without their secrets', async () => {
  const made = await waybill(['operator-key', '--name', 'noted']);
  const [line = ''] = (await waybill(['operator-key', 'list'])).output.trim().split('\n');
  const id = line.split(' ')[0] ?? '';
  await waybill(['operator-key', 'revoke', id]);
  const [created, revoked] = (await auditEntries()).filter(({ target }) => target === id);
  const { created_at, ...view } = created.detail.after;
  const { limits, ...named } = view;
  assert.ok(Object.values(limits).every((limit) => limit === null));
  assert.deepEqual(named, {
    id,
    kind: 'admin',
    name: 'noted',
    scopes: ['admin:*'],
    networks: [],
    sender_domains: [],
    warnings: [],
    expires_at: null,
    previous_key_expires_at: null,
    last_used_at: null,
    last_used_ip: null,
    last_used_agent: null,
  });
  assert.deepEqual([created.action, created.detail.before], ['operator_key.created', null]);
  assert.deepEqual(
    [revoked.action, revoked.actor, revoked.detail],
    ['operator_key.revoked', 'waybill operator-key', { before: { ...view, created_at }, after: null }],
  );
  assert.ok(!JSON.stringify([created, revoked]).includes(made.output.trim().split('_').at(-1) ?? ''));
});

test("the audit log says that migrating made the platform's domain and its keys", async () => {
  const [made, ...more] = (await auditEntries()).filter(
    ({ action, actor }) => action === 'domain.created' && actor === 'waybill migrate',
  );
  assert.deepEqual(more, []);
  const { before, after: domain } = made.detail;
  assert.deepEqual([made.actor, before, domain.id], ['waybill migrate', null, made.target]);
  assert.deepEqual([domain.domain, domain.status], [productionNames.WAYBILL_PLATFORM_DOMAIN, 'verified']);
  assert.ok(domain.selectors.length > 0);
});

test('an app that is named twice is two processes, and SIGTERM ends both', async () => {
  const child = spawn(process.execPath, [bin, 'start', 'worker', 'worker'], {
    env,
    cwd: certificates.folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  const pidsThat = (what: string): ReadonlySet<string> =>
    new Set(Array.from(output.matchAll(new RegExp(`"pid":(\\d+),.*"${what}"`, 'g')), ([, pid]) => pid ?? ''));
  try {
    await eventually('both are ready', async () => (pidsThat('ready').size === 2 ? true : undefined));
  } finally {
    child.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(pidsThat('stopped'), pidsThat('ready'), output);
});
