import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import pg from 'pg';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import { requireFreePorts } from '../../apps/cli/src/dev/free-ports.ts';
import { eventually } from './eventually.ts';
import { makeOpenFolder } from './open-folder.ts';

/** The product as a newcomer starts it, for scenarios that see it only from outside. */
export type TestDev = {
  readonly file: DevFile;
  readonly folder: string;
  /** The supervisor of the other processes. `undefined`: another process started it. */
  readonly pid?: number;
  reread(): Promise<DevFile>;
  stop(): Promise<void>;
};

const root = resolve(import.meta.dirname, '../..');
const READY_MS = 60_000;

/** Retries follow within seconds, so that a scenario sees a message through to its end. */
export const shortRetries = '0.01,0.02,0.05,0.1';

export type DevArguments = {
  readonly portOffset: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Where to put everything instead of the folder for temporary files; it must be there. */
  readonly folder?: string;
};

/** An offset whose ports are all free, so that any number of installations can run on one machine at a time. */
export async function freePortOffset(): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    // Below the ports that the system hands out by itself.
    const offset = 10_000 + 150 * ((process.pid + 7 * tries) % 110);
    const isFree = await requireFreePorts(devPorts(offset)).then(
      () => true,
      () => false,
    );
    if (isFree) return offset;
  }
  throw new Error('no port offset is free');
}

export type LaunchedDev = {
  readonly child: ChildProcess;
  readonly folder: string;
  /** Everything it has printed so far. */
  output(): string;
  /** Resolves with its exit code. */
  readonly ended: Promise<number | null>;
};

/** The command as it is typed: `waybill dev --port-offset N --data DIR …`. */
export function launchDev(asked: DevArguments & { readonly folder: string }): LaunchedDev {
  const { portOffset, folder, args = [], env = {} } = asked;
  const place = ['--port-offset', String(portOffset), '--data', folder];
  const child = spawn(process.execPath, [join(root, 'apps/cli/bin/waybill.mjs'), 'dev', ...place, ...args], {
    cwd: root,
    // Whatever database the person who runs the tests works with, it is not for them.
    env: {
      ...process.env,
      DATABASE_URL: '',
      REDIS_URL: '',
      RETRY_MINUTES: shortRetries,
      SWEEP_SECONDS: '1',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  return { child, folder, output: () => output.join(''), ended };
}

/** `waybill dev` in a folder of its own; resolves when it has written `dev.json`. */
export async function startTestDev(asked: DevArguments): Promise<TestDev> {
  const folder = await makeOpenFolder('e2e', asked.folder);
  const launched = launchDev({ ...asked, folder, args: ['--json', ...(asked.args ?? [])] });
  const stop = async (): Promise<void> => {
    launched.child.kill('SIGINT');
    await launched.ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    // `--json` prints the whole file as one document once everything is ready.
    await waitUntilPrinted(launched, '\n}\n');
  } catch (error) {
    await stop();
    throw error;
  }
  const reread = (): Promise<DevFile> => readDevFile(folder);
  const { pid } = launched.child;
  return { file: await reread(), folder, ...(pid === undefined ? {} : { pid }), reread, stop };
}

const readDevFile = async (folder: string): Promise<DevFile> =>
  JSON.parse(await readFile(join(folder, 'dev.json'), 'utf8')) as DevFile;

/** Waits for these words in what it prints; fails with the whole of it when it ends before. */
export async function waitUntilPrinted(launched: LaunchedDev, words: string | RegExp): Promise<void> {
  let isOver = false;
  void launched.ended.then(() => {
    isOver = true;
  });
  const isThere = (): boolean =>
    typeof words === 'string' ? launched.output().includes(words) : words.test(launched.output());
  const description = (): string => `waybill dev prints ${words}:\n${launched.output()}`;
  const look = (): boolean => {
    assert.ok(!isOver, description());
    return isThere();
  };
  await eventually(description, look, READY_MS / 1_000);
}

/**
 * The one installation that all scenarios share: started by `test/run.ts`, or by this file when a scenario is run alone.
 */
export async function openDev(): Promise<TestDev> {
  const folder = process.env.WAYBILL_TEST_DEV;
  if (folder === undefined) return startTestDev({ portOffset: await freePortOffset() });
  const reread = (): Promise<DevFile> => readDevFile(folder);
  return { file: await reread(), folder, reread, stop: async () => undefined };
}

/** The embedded database of an installation, for what no API shows. */
export async function databaseUrlOf({ file, folder }: Pick<TestDev, 'file' | 'folder'>): Promise<string> {
  const password = await readFile(join(folder, 'postgres-password'), 'utf8');
  const port = devPorts(file.smtp.port - devPorts(0).smtp).postgres;
  return `postgresql://waybill:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`;
}

export async function openDatabaseOf(dev: Pick<TestDev, 'file' | 'folder'>): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await databaseUrlOf(dev) });
  await client.connect();
  return client;
}

/** Freezes a process as `dev.json` names it while `work` runs. */
export async function whileFrozen<T>(dev: TestDev, name: string, work: () => Promise<T>): Promise<T> {
  const pid = (await dev.reread()).processes[name];
  assert.ok(pid !== undefined && pid > 1, `no process ${name}`);
  process.kill(pid, 'SIGSTOP');
  try {
    return await work();
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}
