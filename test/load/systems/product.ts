import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { DevFile } from '../../../apps/cli/src/dev/dev-file.ts';
import { devPorts } from '../../../apps/cli/src/dev/dev-settings.ts';
import { profileInto } from '../meter/profiles.ts';
import type { Backend } from '../options.ts';
import { type Child, startChild, untilReady } from './child.ts';
import { type BenchRedis, startRedis } from './redis.ts';
import type { System } from './system.ts';
import { makeTemporaryFolder, type TemporaryFolder } from './temporary-folder.ts';
import { describeUnfinished } from './unfinished.ts';

/** The whole product as production has it: durable PostgreSQL, one process per app, a smarthost as the next hop. */
export type Product = System & { readonly dev: DevFile; readonly databaseUrl: string };

export type ProductOptions = {
  readonly backend: Backend;
  readonly portOffset: number;
  readonly sinkPort: number;
  readonly folder: string | undefined;
  readonly profileFolder: string | undefined;
};

const root = resolve(import.meta.dirname, '../../..');

type Place = ProductOptions & { readonly path: string; readonly redisUrl: string };

async function startDev({ portOffset, sinkPort, path, redisUrl, profileFolder }: Place): Promise<Child> {
  const profiling = profileFolder === undefined ? {} : await profileInto(profileFolder);
  const args = ['dev', '--json', '--port-offset', String(portOffset), '--data', path];
  return startChild(
    process.execPath,
    [join(root, 'apps/cli/src/main.ts'), ...args, '--smarthost', `smtp://127.0.0.1:${sinkPort}`],
    // Empty counts as absent, and keeps a .env file from setting it.
    {
      cwd: root,
      env: { ...process.env, ...profiling, REDIS_URL: redisUrl, DATABASE_URL: '' },
      stopSignal: 'SIGINT',
    },
  );
}

async function databaseUrlIn(folder: string, portOffset: number): Promise<string> {
  const password = await readFile(join(folder, 'postgres-password'), 'utf8');
  return `postgresql://waybill:${password}@127.0.0.1:${devPorts(portOffset).postgres}/postgres`;
}

/** What the app said that did not start: its log is removed with the folder. */
async function withLog(error: unknown, path: string): Promise<Error> {
  const text = error instanceof Error ? error.message : String(error);
  const app = /(\w+) ended before it was ready/.exec(text)?.[1];
  const log = app && (await readFile(join(path, 'logs', `${app}.log`), 'utf8').catch(() => ''));
  return new Error(log ? `${text}\n${log.slice(-2_000)}` : text, { cause: error });
}

async function productOf(options: Place, child: Child): Promise<Omit<Product, 'stop' | 'roots'>> {
  await untilReady(child, () => child.output().includes('\n}\n'));
  const dev = JSON.parse(await readFile(join(options.path, 'dev.json'), 'utf8')) as DevFile;
  const databaseUrl = await databaseUrlIn(options.path, options.portOffset);
  return {
    name: `Waybill on ${options.backend === 'redis' ? 'Redis' : 'PostgreSQL'}`,
    place: { port: dev.smtp.port, login: dev.credential },
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
  const folder = await makeTemporaryFolder(options.backend, options.folder);
  let parts: Parts = { folder, redis: undefined, child: undefined };
  try {
    const redis = options.backend === 'redis' ? await startRedis(folder.path) : undefined;
    parts = { ...parts, redis };
    const place = { ...options, path: join(folder.path, 'waybill'), redisUrl: redis?.url ?? '' };
    const child = await startDev(place);
    parts = { ...parts, child };
    const product = await productOf(place, child);
    return {
      ...product,
      roots: [child.pid, ...(redis ? [redis.pid] : [])],
      stop: () => stopAll(parts),
    };
  } catch (error) {
    const told = await withLog(error, join(folder.path, 'waybill'));
    await stopAll(parts);
    throw told;
  }
}
