/** `waybill dev` as ARCHITECTURE §9 promises it: what it prints and writes, what it repairs, how it ends and comes back. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { snippetsFor } from '../../apps/cli/src/dev/snippets.ts';
import {
  caughtBy,
  firstAccount,
  freshRecipient,
  type Json,
  messageIdIn,
  secondAccount,
  submit,
  traceAt,
} from '../support/black-box.ts';
import { freePortOffset, type LaunchedDev, launchDev, waitUntilPrinted } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { makeOpenFolder } from '../support/open-folder.ts';

/** What may stand in a `.env` for `docker compose`, beside package.json, and must not disturb a trial. */
const production = {
  WAYBILL_MASTER_KEY: randomBytes(32).toString('hex'),
  METRICS_PORT: '9464',
  API_BIND: '0.0.0.0',
  DELIVERY_MODE: 'mx',
};
const root = resolve(import.meta.dirname, '../..');
let portOffset = 0;
let folder = '';
let launched: LaunchedDev;
/** The file as the first start wrote it. */
let file: DevFile;

const devFile = async (): Promise<DevFile> => JSON.parse(await readFile(join(folder, 'dev.json'), 'utf8'));

before(async () => {
  folder = await makeOpenFolder('e2e');
  portOffset = await freePortOffset();
  launched = launchDev({ portOffset, folder, env: production });
  await waitUntilPrinted(launched, 'Each event of a message is printed below.');
  file = await devFile();
});
after(async () => {
  launched?.child.kill('SIGINT');
  await launched?.ended;
  await rm(folder, { recursive: true, force: true });
});

const send = async (to: string): Promise<string> => {
  const { smtp, credential } = file;
  const raw = `From: app@acme.test\nTo: ${to}\nSubject: Dev\nMIME-Version: 1.0\nContent-Type: text/html\n\n<a href="https://example.com/">x</a>\n`;
  return messageIdIn(await submit({ port: smtp.port, auth: credential, mailFrom: 'app@acme.test', to, raw }));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('dev.json is for its owner alone and has every key that scripts rely on', async () => {
  assert.equal((await stat(join(folder, 'dev.json'))).mode & 0o777, 0o600);
  const ports = [file.smtp, file.smtpStartTls, file.smtps, file.relay].map(({ port }) => port - portOffset);
  assert.deepEqual(ports, [2525, 2587, 2465, 2526]);
  assert.deepEqual(
    [file.smtp, file.smtpStartTls, file.smtps, file.relay].map(({ host, security }) => [host, security]),
    [
      ['127.0.0.1', 'none'],
      ['127.0.0.1', 'starttls'],
      ['127.0.0.1', 'tls'],
      ['127.0.0.1', 'none'],
    ],
  );
  assert.match(file.relay.about ?? '', /IP authentication/);
  assert.match(await readFile(file.caFile, 'utf8'), /BEGIN CERTIFICATE/);
  assert.equal(file.api.url, `http://127.0.0.1:${portOffset + 3000}`);
  assert.equal(file.tracker.url, `http://127.0.0.1:${portOffset + 3001}`);
  assert.deepEqual(file.returnPath, { host: '127.0.0.1', port: portOffset + 2527 });
  assert.match(file.api.key, /^wb_live_/);
  assert.match(file.api.operatorKey, /^wb_admin_/);
  assert.match(file.account.id, /^acc_[0-9a-z]{26}$/);
  assert.deepEqual([file.account.domain, file.second.domain], ['acme.test', 'beta.test']);
  assert.ok(file.credential.username && file.credential.password && file.second.credential.password);
  assert.deepEqual(file.networks, {
    own: '127.0.0.42/32',
    shared: '127.0.0.44/32',
    trustedRelay: '127.0.0.43/32',
  });
  assert.deepEqual(file.dkim.map(({ domain, algorithm }) => `${domain} ${algorithm}`).toSorted(), [
    'acme.test ed25519',
    'acme.test rsa',
    'beta.test ed25519',
    'beta.test rsa',
  ]);
  for (const { txt } of file.dkim) assert.match(txt, /^v=DKIM1; /);
  for (const name of ['ingress', 'worker', 'sender', 'tracker', 'api', 'postgres'])
    assert.ok(isAlive(file.processes[name] ?? 0), `${name} runs under the id in the file`);
});

test('the first screen has what is needed to log in and a snippet for every client, and no log line', () => {
  const output = launched.output();
  for (const words of [
    file.credential.username,
    file.credential.password,
    file.api.key,
    `${file.api.url}/docs`,
    `${file.api.url}/sign-in/`,
    `${file.dashboard.url}sandbox`,
    `127.0.0.1:${file.smtp.port}`,
  ])
    assert.ok(output.includes(words), `it prints ${words}`);
  for (const { name, shell } of snippetsFor(file)) assert.ok(output.includes(shell), `a snippet for ${name}`);
  assert.doesNotMatch(output, /"level":|Warning|\bat .*\.ts:\d/);
});

test('a welcome message has gone the whole way, with a line of its own', async () => {
  await caughtBy(firstAccount(file), 'you@example.com');
  await waitUntilPrinted(
    launched,
    /^\d\d:\d\d:\d\d {2}you@example\.com +delivered \d+\.\d\ds .*signed acme\.test\/\S+.* · 1 link tracked · http:\S+msg_/m,
  );
});

test('a line is printed for every message, delivered or not', async () => {
  const id = await send(freshRecipient('line'));
  await send(freshRecipient('bounce', 'sandbox.test'));
  await waitUntilPrinted(launched, new RegExp(`line\\+\\S+ +delivered .*${id}`));
  await waitUntilPrinted(launched, /bounce\+\S+@sandbox\.test +bounced +550 .+ · http/);
});

const linkOf = async (to: string): Promise<string> => {
  const local = to.slice(0, to.indexOf('@')).replace('+', '\\+');
  const line = new RegExp(`${local}@\\S+ +delivered .* · (http\\S+)`);
  await waitUntilPrinted(launched, line);
  return line.exec(launched.output())?.[1] ?? '';
};

test('the link in a printed line is the page of that message in the dashboard', async () => {
  const to = freshRecipient('link');
  const id = await send(to);
  const url = await linkOf(to);
  assert.equal(url, `${file.dashboard.url}messages/${id}`);
  assert.match(await (await fetch(url)).text(), /<title>Waybill<\/title>/);
});

test('the printed link logs in once, and its secret stands in no log file', async () => {
  const url = /http\S+\/sign-in\/\S+/.exec(launched.output())?.[0] ?? '';
  const logIn = () => fetch(`${url}?next=/app/sandbox`, { redirect: 'manual' });
  const first = await logIn();
  assert.deepEqual([first.status, first.headers.get('location')], [303, '/app/sandbox']);
  const cookie = first.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ');
  const session = (await (await fetch(`${file.api.url}/v1/session`, { headers: { cookie } })).json()) as Json;
  assert.equal(session.user.email, file.dashboard.email);
  assert.equal((await logIn()).status, 404);
  const token = url.split('/').at(-1) ?? '';
  assert.ok(token.length > 20);
  for (const name of await readdir(join(folder, 'logs')))
    assert.ok(!(await readFile(join(folder, 'logs', name), 'utf8')).includes(token), name);
});

test('the printed lines ask the API for nothing, whether mail flows or not', async () => {
  const requests = async (): Promise<number> =>
    (await readFile(join(folder, 'logs', 'host.log'), 'utf8')).split('"request":').length;
  const before_ = await requests();
  const to = freshRecipient('quiet');
  await send(to);
  await linkOf(to);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(await requests(), before_);
});

test('the address of the API leads to the dashboard, and what is beside it answers', async () => {
  const page = await fetch(file.api.url);
  assert.deepEqual([page.status, new URL(page.url).pathname], [200, '/app/']);
  assert.match(page.headers.get('content-type') ?? '', /text\/html/);
  assert.match(await page.text(), /<title>Waybill<\/title>/);
  for (const path of ['/docs/', '/openapi.json', '/problems', '/readyz'])
    assert.equal((await fetch(file.api.url + path)).status, 200, path);
});

const doctor = (args: readonly string[]): Promise<{ code: number; output: string }> =>
  promisify(execFile)(process.execPath, [join(root, 'apps/cli/bin/waybill.mjs'), 'doctor', ...args], {
    env: { PATH: process.env.PATH ?? '' },
    cwd: tmpdir(),
  }).then(
    ({ stdout }) => ({ code: 0, output: stdout }),
    (error: Json) => ({ code: error.code, output: `${error.stdout}${error.stderr}` }),
  );

test('the doctor without settings looks at the installation that runs here, and at none where there is none', async () => {
  const found = await doctor(['--data', folder]);
  assert.equal(found.code, 0, found.output);
  assert.ok(found.output.includes(folder), found.output);
  for (const name of ['processes', 'API', 'tracker', 'master key', 'database', 'queue', 'DNS', 'certificate'])
    assert.match(found.output, new RegExp(`^well +${name}: .+\\.$`, 'm'));
  const none = await doctor([]);
  assert.equal(none.code, 1);
  assert.match(none.output, /DATABASE_URL: is missing/);
});

test('a port that is taken is named, with the way out, and nothing that runs is disturbed', async () => {
  const other = await makeOpenFolder('e2e');
  const second = launchDev({ portOffset, folder: other });
  assert.equal(await second.ended, 1);
  await rm(other, { recursive: true, force: true });
  assert.match(second.output(), new RegExp(`In use already: port .*${portOffset + 2525} \\(smtp\\)`));
  assert.match(second.output(), /--port-offset/);
  assert.doesNotMatch(second.output(), /\bat .*\.ts:\d/);
  assert.equal((await fetch(`${file.api.url}/readyz`)).status, 200);
  assert.ok(isAlive(file.processes.ingress ?? 0));
});

test('two processes run all apps: the worker, and the host of the others', () => {
  const { worker, postgres, ...others } = file.processes;
  assert.deepEqual(Object.keys(others).toSorted(), ['api', 'ingress', 'sandbox', 'sender', 'tracker']);
  assert.equal(new Set(Object.values(others)).size, 1);
  assert.equal(new Set([others.ingress, worker, postgres]).size, 3);
});

for (const name of ['ingress', 'worker', 'postgres']) {
  test(`the process of ${name} is started again when it dies, and the file names the new process`, async () => {
    const pid = (await devFile()).processes[name] ?? 0;
    process.kill(pid, 'SIGKILL');
    const renewed = await eventually(`${name} under a new id`, async () => {
      const now = (await devFile()).processes[name];
      return now !== undefined && now !== pid && isAlive(now) ? now : undefined;
    });
    assert.ok(!isAlive(pid) && renewed > 1);
  });
}

test('after everything has died once, a message still goes the whole way', async () => {
  const to = freshRecipient('survivor');
  const id = await eventually('mail is accepted', () => send(to).catch(() => undefined), 30);
  const trace = await eventually('the trace', () =>
    traceAt(firstAccount(file), id, 'delivered').catch(() => undefined),
  );
  assert.match(trace.reason, /They took the message/);
  assert.equal((await stat(join(folder, 'dev.json'))).mode & 0o777, 0o600);
});

test('the demo account may be renamed', async () => {
  const rename = { method: 'PATCH', body: JSON.stringify({ name: 'My own' }) };
  const headers = { authorization: `Bearer ${file.api.operatorKey}`, 'content-type': 'application/json' };
  const renamed = await fetch(`${file.api.url}/v1/admin/accounts/${file.account.id}`, { ...rename, headers });
  assert.equal(renamed.status, 200);
});

test('Ctrl-C ends every process and frees every port', async () => {
  const pids = Object.values((await devFile()).processes);
  assert.ok(pids.length >= 6);
  launched.child.kill('SIGINT');
  assert.equal(await launched.ended, 0);
  assert.deepEqual(pids.filter(isAlive), []);
  await assert.rejects(fetch(file.api.url));
});

test('the doctor says of an installation that has ended that it does not run, and how to start it', async () => {
  const { code, output } = await doctor(['--data', folder]);
  assert.equal(code, 1);
  assert.match(output, /ILL +processes: waybill dev does not run\.\n +Run: npm start/);
  assert.match(output, /ILL +database: .+\n +Start PostgreSQL/);
});

test('started again it keeps credentials, keys and messages, and --json prints the file and nothing else', async () => {
  launched = launchDev({ portOffset, folder, args: ['--json'] });
  await waitUntilPrinted(launched, '\n}\n');
  const again = await devFile();
  assert.deepEqual(JSON.parse(launched.output()), again);
  assert.deepEqual({ ...again, processes: {} }, { ...file, processes: {} });
  const list = await firstAccount(again).get<{ data: Json[] }>('/v1/messages?limit=100');
  assert.equal(list.data.filter(({ custom_id }) => custom_id === 'welcome').length, 1);
  assert.equal((await firstAccount(again).get('/v1/account')).name, 'My own');
  assert.equal((await secondAccount(again).get('/v1/account')).id, file.second.id);
  await send(freshRecipient('again'));
});
