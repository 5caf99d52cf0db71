/**
 * The image without Docker: its file system as the Dockerfile says, in a folder that nothing may write to, and every service of
 * docker-compose.yml started from there as an unprivileged user, on ports of this machine.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, copyFile, mkdir, readdir, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { hasRedisServer, startRedis } from '../integration/queue/redis-server.ts';
import { freePort, openEmptyDatabase } from '../support/database.ts';
import { eventually } from '../support/eventually.ts';
import { makeOpenFolder } from '../support/open-folder.ts';
import { makeTestCertificate } from '../support/test-certificate.ts';
import { filledExample, ownServices, readComposeFile, type Service } from './compose-file.ts';
import { buildImage, type Image } from './dockerfile.ts';

/** The user `node` of the base image. */
const NODE_UID = 1000;
const isRoot = process.getuid?.() === 0;
const READY_MS = 60_000;

type Healthcheck = { readonly healthcheck?: { readonly test: readonly string[] } };

const closers: (() => Promise<unknown>)[] = [];
const running = new Map<string, ChildProcess>();
let image: Image;
/** In the image, as its base image has it: the user of the services need not reach the folder of this checkout. */
let node: string;
let services: ReadonlyMap<string, Service & Healthcheck>;
/** Container port → port here, by service. */
const ports = new Map<string, Map<string, string>>();
let here: Readonly<Record<string, string>>;

const isPort = (name: string): boolean => name.endsWith('_PORT') && name !== 'MX_PORT';

/** Each service has a network of its own in Docker; here they share one, so each gets ports of its own. */
async function givePorts(name: string, { environment = {} }: Service): Promise<void> {
  const given = new Map<string, string>();
  for (const [setting, port] of Object.entries(environment))
    if (isPort(setting) && port !== '' && !given.has(port)) given.set(port, String(await freePort()));
  ports.set(name, given);
}

const environmentHere = (name: string): Record<string, string> => {
  const { environment = {} } = services.get(name) ?? services.get('migrate') ?? {};
  const moved = Object.entries(environment).map(([setting, value]) => {
    const owner = setting.startsWith('SANDBOX_') ? 'sandbox' : name;
    return [setting, (isPort(setting) && ports.get(owner)?.get(value)) || value] as const;
  });
  return { ...Object.fromEntries(moved), ...here, ...image.environment };
};

/** The command of a service as its container would run it. `args`: other ones for the entry point. */
function run(name: string, args: readonly string[] = services.get(name)?.command ?? []): ChildProcess {
  const child = spawn(node, [...image.entrypoint.slice(1), ...args], {
    cwd: join(image.folder, image.workdir),
    env: { PATH: dirname(node), HOME: '/nonexistent', ...environmentHere(name) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(isRoot ? { uid: NODE_UID, gid: NODE_UID } : {}),
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  Object.assign(child, { said: () => output.join('') });
  return child;
}

const said = (child: ChildProcess): string => (child as ChildProcess & { said(): string }).said();

/** Asks it to end, as Docker does, and waits. */
async function endOf(child: ChildProcess): Promise<number | string | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  const [code, signal] = await ended;
  return signal ?? code;
}

/** Its exit code and what it wrote. */
async function runToEnd(
  name: string,
  args?: readonly string[],
): Promise<{ code: number | string; output: string }> {
  const child = run(name, args);
  running.set(name, child);
  const timer = setTimeout(() => child.kill('SIGTERM'), READY_MS);
  const [code, signal] = await once(child, 'exit');
  clearTimeout(timer);
  running.delete(name);
  return { code: signal ?? code, output: said(child) };
}

async function runWell(name: string, args?: readonly string[]): Promise<string> {
  const { code, output } = await runToEnd(name, args);
  assert.equal(code, 0, output);
  return output;
}

const accepts = (port: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

/** The health check of the compose file, with the ports of this machine; where there is none, the sandbox's port. */
async function isHealthy(name: string): Promise<boolean> {
  const given = ports.get(name) ?? new Map<string, string>();
  const [, , ...args] = services.get(name)?.healthcheck?.test ?? [];
  if (args.length === 0) return accepts(given.get('2528') ?? '');
  const moved = args.map((arg) => arg.replace(/:(\d+)\//, (_, port) => `:${given.get(port) ?? port}/`));
  return promisify(execFile)(process.execPath, moved).then(
    () => true,
    () => false,
  );
}

async function untilHealthy(name: string): Promise<void> {
  const child = running.get(name);
  const look = async (): Promise<boolean> => {
    assert.equal(child?.exitCode, null, `${name} ended: ${child && said(child)}`);
    return isHealthy(name);
  };
  await eventually(() => `${name} is healthy: ${child && said(child)}`, look, READY_MS / 1_000);
}

/** No write bit anywhere but in the volume of the tracker. */
async function makeReadOnly({ folder, workdir }: Image): Promise<void> {
  await promisify(execFile)('chmod', ['-R', 'a-w,a+rX', join(folder, workdir)]);
  await chmod(folder, 0o755);
  if (isRoot) await chown(join(folder, 'spool'), NODE_UID, NODE_UID);
}

/** What stands in for the networks, volumes and images of others. */
async function openHere(): Promise<Readonly<Record<string, string>>> {
  const database = await openEmptyDatabase();
  closers.push(() => database.close());
  const url = new URL(database.url);
  const password = decodeURIComponent(url.password);
  url.password = '';
  const redis = hasRedisServer() ? await startRedis() : undefined;
  if (redis) closers.push(() => redis.close());
  const certificate = await makeTestCertificate();
  closers.push(() => certificate.remove());
  await promisify(execFile)('chmod', ['-R', 'a+rX', dirname(certificate.certFile)]);
  return {
    DATABASE_URL: url.href,
    DATABASE_PASSWORD: password,
    REDIS_URL: redis?.url ?? '',
    TLS_CERT_FILE: certificate.certFile,
    TLS_KEY_FILE: certificate.keyFile,
    TRACKER_SPOOL_DIR: join(image.folder, 'spool'),
    SANDBOX_HOST: '127.0.0.1',
  };
}

before(async () => {
  const folder = await makeOpenFolder('image');
  closers.push(() => rm(folder, { recursive: true, force: true }));
  image = await buildImage(folder, process.env);
  node = join(image.folder, 'usr/local/bin/node');
  await mkdir(dirname(node), { recursive: true });
  await copyFile(process.execPath, node);
  await makeReadOnly(image);
  services = ownServices(await readComposeFile(await filledExample()));
  for (const [name, service] of services) await givePorts(name, service);
  here = await openHere();
});

after(async () => {
  await Promise.all([...running.values()].map(endOf));
  for (const close of closers.toReversed()) await close();
});

test('the image runs as an unprivileged user and holds no tests, sources of Git or development packages', async () => {
  assert.equal(image.user, 'node');
  const app = join(image.folder, image.workdir);
  const files = await readdir(join(app, 'packages'), { recursive: true });
  assert.ok(files.some((path) => path.endsWith('.ts')));
  assert.deepEqual(
    files.filter((path) => path.endsWith('.test.ts') && !path.includes('node_modules')),
    [],
  );
  for (const path of ['.git', 'test', 'infra', 'node_modules/typescript', 'node_modules/@biomejs/biome'])
    await assert.rejects(stat(join(app, path)), `${path} is in the image`);
});

test('start on a database that was never migrated says what to run', async () => {
  const { code, output } = await runToEnd('api');
  assert.notEqual(code, 0);
  assert.match(output, /waybill migrate/);
});

test('the migrate service ends well, twice', async () => {
  await runWell('migrate');
  await runWell('migrate');
});

test('every service starts from the read-only tree and its health check passes', async (t) => {
  if (here.REDIS_URL === '')
    t.diagnostic('redis-server is not installed: the queues live in PostgreSQL here');
  const names = [...services.keys()].filter((name) => name !== 'migrate');
  for (const name of names) running.set(name, run(name));
  await Promise.all(names.map(untilHealthy));
});

test('something listens on every published port', async () => {
  for (const [name, service] of services) {
    for (const published of service.ports ?? []) {
      const port = ports.get(name)?.get(published.split(':').at(-1) ?? '') ?? '';
      assert.ok(await accepts(port), `${name} publishes ${published}`);
    }
  }
});

test('the first operator key comes from the image and opens the API', async () => {
  const key = (await runWell('image', ['operator-key'])).match(/wb_admin_\S+/)?.[0];
  assert.ok(key);
  const url = `http://127.0.0.1:${ports.get('api')?.get('3000')}/v1/admin/accounts`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200);
});

test('every service ends by itself within its grace period', async () => {
  const ends = [...running].map(async ([name, child]) =>
    assert.equal(await endOf(child), 0, `${name}: ${said(child)}`),
  );
  await Promise.all(ends);
  running.clear();
});
