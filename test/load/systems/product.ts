import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { devPorts } from '../../../apps/cli/src/dev/dev-settings.ts';
import { profileInto } from '../meter/profiles.ts';
import type { Backend } from '../options.ts';
import { type Child, startChild, untilReady } from './child.ts';
import { type BenchRedis, startRedis } from './redis.ts';
import type { System } from './system.ts';
import { makeTemporaryFolder, openKeptFolder, type TemporaryFolder } from './temporary-folder.ts';
import { describeUnfinished } from './unfinished.ts';

/** The whole product as in production: durable PostgreSQL, every app, a smarthost as the next hop. */
export type Product = System & { readonly dev: DevFile; readonly databaseUrl: string };

export type ProductOptions = {
  readonly backend: Backend;
  /** The checkout whose product runs; `undefined`: this one. */
  readonly checkout: string | undefined;
  readonly portOffset: number;
  readonly sinkPort: number;
  readonly folder: string | undefined;
  readonly keptFolder: string | undefined;
  readonly profileFolder: string | undefined;
  /** Start it twice, so that `startMs` is that of an initialised data folder. */
  readonly isStartedTwice: boolean;
};

const thisCheckout = resolve(import.meta.dirname, '../../..');

/** With the name of the folder, which distinguishes two checkouts in one run. */
export const productName = ({ backend, checkout }: Pick<ProductOptions, 'backend' | 'checkout'>): string =>
  `Waybill${checkout === undefined ? '' : ` (${basename(checkout)})`} on ${backend === 'redis' ? 'Redis' : 'PostgreSQL'}`;

type Installation = ProductOptions & { readonly path: string; readonly redisUrl: string };

async function spawnDev(installation: Installation): Promise<Child> {
  const { checkout = thisCheckout, portOffset, sinkPort, path, redisUrl, profileFolder } = installation;
  const profiling = profileFolder === undefined ? {} : await profileInto(profileFolder);
  const args = ['dev', '--json', '--port-offset', String(portOffset), '--data', path];
  return startChild(
    process.execPath,
    [join(checkout, 'apps/cli/bin/waybill.mjs'), ...args, '--smarthost', `smtp://127.0.0.1:${sinkPort}`],
    // An empty value counts as absent, and a .env file does not replace it.
    {
      cwd: checkout,
      env: { ...process.env, ...profiling, REDIS_URL: redisUrl, DATABASE_URL: '' },
      stopSignal: 'SIGINT',
    },
  );
}

type Started = { readonly child: Child; readonly startMs: number };

async function startDev(installation: Installation): Promise<Started> {
  const startedAt = performance.now();
  const child = await spawnDev(installation);
  try {
    await untilReady(child, () => child.output().includes('\n}\n'));
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { child, startMs: performance.now() - startedAt };
}

async function databaseUrlIn(folder: string, portOffset: number): Promise<string> {
  const password = await readFile(join(folder, 'postgres-password'), 'utf8');
  return `postgresql://waybill:${password}@127.0.0.1:${devPorts(portOffset).postgres}/postgres`;
}

/** Adds the log of the app that did not start: the log is removed with the folder. */
async function withLog(error: unknown, path: string): Promise<Error> {
  const text = error instanceof Error ? error.message : String(error);
  const app = /(\w+) ended before it was ready/.exec(text)?.[1];
  const log = app && (await readFile(join(path, 'logs', `${app}.log`), 'utf8').catch(() => ''));
  return new Error(log ? `${text}\n${log.slice(-2_000)}` : text, { cause: error });
}

async function productOf(installation: Installation): Promise<Omit<Product, 'stop' | 'roots' | 'startMs'>> {
  const dev = JSON.parse(await readFile(join(installation.path, 'dev.json'), 'utf8')) as DevFile;
  const databaseUrl = await databaseUrlIn(installation.path, installation.portOffset);
  return {
    name: productName(installation),
    endpoint: { port: dev.smtp.port, login: dev.credential },
    domain: dev.account.domain,
    keys: dev.dkim,
    trackerUrl: dev.tracker.url,
    dev,
    databaseUrl,
    unfinished: () => describeUnfinished(databaseUrl),
  };
}

type Parts = {
  readonly folder: TemporaryFolder;
  readonly redis: BenchRedis | undefined;
  readonly child: Child | undefined;
};

async function stopAll({ folder, redis, child }: Parts): Promise<void> {
  await child?.stop();
  await redis?.stop();
  await folder.remove();
}

export async function startProduct(options: ProductOptions): Promise<Product> {
  const { keptFolder } = options;
  const folder = keptFolder
    ? await openKeptFolder(keptFolder)
    : await makeTemporaryFolder(options.backend, options.folder);
  let parts: Parts = { folder, redis: undefined, child: undefined };
  try {
    const redis = options.backend === 'redis' ? await startRedis(folder.path) : undefined;
    parts = { ...parts, redis };
    const installation = { ...options, path: join(folder.path, 'waybill'), redisUrl: redis?.url ?? '' };
    if (options.isStartedTwice) await (await startDev(installation)).child.stop();
    const { child, startMs } = await startDev(installation);
    parts = { ...parts, child };
    return {
      ...(await productOf(installation)),
      startMs,
      roots: [child.pid, ...(redis ? [redis.pid] : [])],
      stop: () => stopAll(parts),
    };
  } catch (error) {
    const withReason = await withLog(error, join(folder.path, 'waybill'));
    await stopAll(parts);
    throw withReason;
  }
}
