/** What `waybill start` and `waybill doctor` say before anything runs: about settings, ports, database and master key. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';
import type { Json } from '../support/black-box.ts';
import { testCertificates } from '../support/certificate.ts';
import { freePort, openEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { productionNames } from '../support/production.ts';

const run = promisify(execFile);
const bin = join(resolve(import.meta.dirname, '../..'), 'apps/cli/bin/waybill.mjs');

let database: Awaited<ReturnType<typeof openEmptyDatabase>>;
let certificates: Awaited<ReturnType<typeof testCertificates>>;
let env: Readonly<Record<string, string>>;

const smtpPorts = {
  SMTP_BIND: '127.0.0.1',
  SMTP_RELAY_PORT: '0',
  SMTP_RETURN_PATH_PORT: '0',
  SMTP_SUBMISSION_PORT: '0',
  SMTP_SUBMISSIONS_PORT: '0',
  SMTP_ALTERNATE_PORT: '0',
};

before(async () => {
  database = await openEmptyDatabase();
  certificates = await testCertificates();
  env = {
    PATH: process.env.PATH ?? '',
    DATABASE_URL: database.url,
    WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
    ...productionNames,
    ...smtpPorts,
    TLS_CERT_FILE: certificates.certFile,
    TLS_KEY_FILE: certificates.keyFile,
    API_PORT: String(await freePort()),
    TRACKER_PORT: String(await freePort()),
    TRACKER_SPOOL_DIR: join(certificates.folder, 'spool'),
  };
});
after(async () => {
  await certificates.close();
  await database.close();
});

type Ended = { readonly code: number; readonly output: string };
type Env = Readonly<Record<string, string>>;

/** Runs a command to its end; one that goes on for 20 s is killed. */
const waybill = (args: readonly string[], more: Env = {}): Promise<Ended> =>
  run(process.execPath, [bin, ...args], {
    env: { ...env, ...more },
    cwd: certificates.folder,
    timeout: 20_000,
    killSignal: 'SIGKILL',
  }).then(
    ({ stdout, stderr }) => ({ code: 0, output: stdout + stderr }),
    (error: Json) => ({ code: error.code as number, output: `${error.stdout}${error.stderr}` }),
  );

const assertRefused = ({ code, output }: Ended, words: RegExp): void => {
  assert.equal(code, 1, output);
  assert.match(output, words);
  assert.doesNotMatch(output, /\n\s+at .*:\d+:\d+|"level":/);
};

test('waybill --version says the version of the package', async () => {
  const { code, output } = await waybill(['--version']);
  assert.equal(code, 0);
  assert.match(output, /^\d+\.\d+\.\d+\n$/);
});

test('start without the settings that have no default names them all, each with an example', async () => {
  const none = Object.fromEntries(Object.keys(env).map((name) => [name, '']));
  const ended = await waybill(['start', 'ingress', 'worker', 'sender', 'tracker', 'api'], none);
  for (const name of [
    'DATABASE_URL',
    'WAYBILL_MASTER_KEY',
    'DELIVERY_MODE',
    'TLS_CERT_FILE',
    'WAYBILL_HOSTNAME',
  ])
    assertRefused(ended, new RegExp(`  ${name}: .*missing.* Example: ${name}=\\S`));
});

test('start refuses names and addresses of a developer’s machine', async () => {
  const local = { WAYBILL_HOSTNAME: 'localhost', WAYBILL_TRACKER_URL: 'http://127.0.0.1:3001' };
  const ended = await waybill(['start', 'worker'], local);
  assertRefused(ended, /WAYBILL_HOSTNAME: is "localhost".* Example: WAYBILL_HOSTNAME=smtp\.relay\.example/);
  assertRefused(
    ended,
    /WAYBILL_TRACKER_URL: is "http:\/\/127\.0\.0\.1:3001".* Example: WAYBILL_TRACKER_URL=https/,
  );
});

test('start on an empty database says to migrate', async () => {
  assertRefused(await waybill(['start', 'worker']), /The database is empty.* Run: waybill migrate/);
});

async function query(text: string, values: readonly unknown[] = []): Promise<readonly Json[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

test('start on an older database says what it lacks and to migrate, and on a newer one to update', async () => {
  assert.equal((await waybill(['migrate'])).code, 0);
  const [last] = await query('SELECT * FROM _prisma_migrations ORDER BY migration_name DESC LIMIT 1');
  await query('DELETE FROM _prisma_migrations WHERE migration_name = $1', [last.migration_name]);
  const older = await waybill(['start', 'worker']);
  assertRefused(older, new RegExp(`The database is older.*${last.migration_name}.* Run: waybill migrate`));
  const add = `INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ($1, $2, $3, now())`;
  await query(add, [last.id, last.checksum, last.migration_name]);
  await query(add, ['x', 'y', '29990101000000_future']);
  assertRefused(
    await waybill(['start', 'worker']),
    /newer than this program: it knows 29990101000000_future/,
  );
  await query("DELETE FROM _prisma_migrations WHERE id = 'x'");
});

test('another master key is noticed by start, migrate and doctor, and the first one still fits', async () => {
  const other = { WAYBILL_MASTER_KEY: randomBytes(32).toString('hex') };
  for (const command of [['start', 'worker'], ['migrate'], ['doctor']])
    assertRefused(await waybill(command, other), /master key is not the one of this database/);
  const { code, output } = await waybill(['doctor']);
  assert.equal(code, 0, output);
  assert.match(output, /well +master key: The master key is the one of this database\./);
});

test('the doctor says what start would refuse, and every line that is not well has its fix', async () => {
  const away = `postgresql://waybill:secret@127.0.0.1:${await freePort()}/waybill`;
  const bad = {
    DATABASE_URL: away,
    WAYBILL_MASTER_KEY: '',
    DELIVERY_MODE: 'mx',
    WAYBILL_HOSTNAME: 'localhost',
    TLS_CERT_FILE: '/not/there.pem',
    RESOLVER: `127.0.0.1:${await freePort()}`,
    REDIS_URL: '',
  };
  const { code, output } = await waybill(['doctor'], bad);
  assert.equal(code, 1);
  const lines = output.trimEnd().split('\n');
  const illAt = lines.flatMap((line, index) => (line.startsWith('ILL') ? [index] : []));
  assert.equal(illAt.length, 8, output);
  for (const index of illAt)
    assert.match(lines[index + 1] ?? '', /^ {6}[A-Z].{10}/, `a fix below ${lines[index]}`);
  assert.match(output, /ILL +settings: .*WAYBILL_HOSTNAME is "localhost".*\n +Set WAYBILL_HOSTNAME=smtp/);
});

test('ports that are taken, or given twice, are named with their settings, all at once', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const twice = String(await freePort());
  const ended = await waybill(['start', 'ingress', 'api'], {
    SMTP_RELAY_PORT: String(port),
    API_PORT: twice,
    METRICS_PORT: twice,
  });
  taken.close();
  assertRefused(
    ended,
    new RegExp(`SMTP_RELAY_PORT: ingress cannot listen on port ${port} .*another program`),
  );
  assertRefused(ended, /METRICS_PORT: ingress .*API_PORT of api has the same number/);
});

test('several apps share METRICS_PORT: each has a port of its own, which the start says', async () => {
  const first = await freePort();
  const child = spawn(process.execPath, [bin, 'start', 'tracker', 'sender', 'ingress'], {
    env: { ...env, METRICS_PORT: String(first), METRICS_BIND: '127.0.0.1' },
    cwd: certificates.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  try {
    await eventually('all are ready', async () =>
      output.match(/is ready/g)?.length === 3 ? true : undefined,
    );
    for (const [index, app] of ['tracker', 'sender', 'ingress'].entries()) {
      assert.match(output, new RegExp(`^${app} is ready: .*metrics ${first + index}$`, 'm'));
      assert.equal((await fetch(`http://127.0.0.1:${first + index}/healthz`)).status, 200);
    }
  } finally {
    child.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});

test('start all runs the worker and a host of the other apps, starts one that ends again, and stops both', async () => {
  const first = await freePort();
  const child = spawn(process.execPath, [bin, 'start', 'all'], {
    env: { ...env, METRICS_PORT: String(first), METRICS_BIND: '127.0.0.1' },
    cwd: certificates.folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => {
    output += bytes.toString();
  });
  const readyLines = (): readonly string[] => output.match(/^\w+ is ready: .*$/gm) ?? [];
  try {
    await eventually('both are ready', async () => (readyLines().length === 2 ? true : undefined));
    const lines = readyLines().toSorted().join('\n');
    assert.match(
      lines,
      new RegExp(`^host is ready: .*ingress metrics ${first},.*\nworker is ready: metrics ${first + 1}$`),
    );
    for (const [index, app] of ['ingress', 'worker', 'sender', 'tracker', 'api'].entries()) {
      const scraped = await (await fetch(`http://127.0.0.1:${first + index}/metrics`)).text();
      assert.match(scraped, new RegExp(`process="${app}"`));
    }
    const [, pid] = /"pid":(\d+),[^\n]*"name":"host"/.exec(output) ?? [];
    process.kill(Number(pid), 'SIGKILL');
    await eventually('the host runs again', async () => (readyLines().length === 3 ? true : undefined));
    assert.match(output, /^host was started again$/m);
  } finally {
    child.kill('SIGTERM');
  }
  assert.deepEqual(await ended, [0, null]);
});

test('an app that was started while PostgreSQL was away ends with a sentence when the database turns out empty', async () => {
  const port = await freePort();
  const empty = await openEmptyDatabase();
  const { hostname, port: realPort } = new URL(empty.url);
  const url = new URL(empty.url);
  url.port = String(port);
  const child = spawn(process.execPath, [bin, 'start', 'tracker'], {
    env: { ...env, DATABASE_URL: url.href },
    cwd: certificates.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      output += bytes.toString();
    });
  await eventually('the tracker is ready', async () => (/tracker is ready/.test(output) ? true : undefined));
  assert.match(output, /PostgreSQL does not answer yet/);
  const { connect } = await import('node:net');
  const door = createServer((socket) => {
    const inner = connect(Number(realPort), hostname);
    socket.pipe(inner).pipe(socket);
    for (const one of [socket, inner]) one.on('error', () => undefined);
  }).listen(port, '127.0.0.1');
  try {
    assert.deepEqual(await ended, [1, null]);
    assert.match(output, /The database is empty.* Run: waybill migrate/);
  } finally {
    child.kill('SIGKILL');
    door.close();
    await empty.close();
  }
});
