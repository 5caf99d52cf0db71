import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';

/** The product as a newcomer starts it, for scenarios that see it only from outside. */
export type TestDev = {
  readonly file: DevFile;
  readonly folder: string;
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

/** `waybill dev` in a folder of its own; resolves when it has written `dev.json`. */
export async function startTestDev(asked: DevArguments): Promise<TestDev> {
  const { portOffset, args = [], env = {} } = asked;
  const folder = await mkdtemp(join(asked.folder ?? tmpdir(), 'waybill-e2e-'));
  // Reachable for the user that runs PostgreSQL when the tests run as root.
  await chmod(folder, 0o755);
  const command = [
    join(root, 'apps/cli/src/main.ts'),
    'dev',
    '--json',
    '--port-offset',
    String(portOffset),
    '--data',
    folder,
    ...args,
  ];
  const child = spawn(process.execPath, command, {
    cwd: root,
    env: { ...process.env, RETRY_MINUTES: shortRetries, SWEEP_SECONDS: '1', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk.toString()));
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(output, ended);
  } catch (error) {
    await stop();
    throw error;
  }
  const reread = async (): Promise<DevFile> =>
    JSON.parse(await readFile(join(folder, 'dev.json'), 'utf8')) as DevFile;
  return { file: await reread(), folder, reread, stop };
}

async function waitUntilReady(output: readonly string[], ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const until = Date.now() + READY_MS;
  // `--json` prints the whole file as one document once everything is ready.
  while (!output.join('').includes('\n}\n')) {
    assert.ok(!isOver && Date.now() < until, `waybill dev did not get ready:\n${output.join('')}`);
    await new Promise((resolve_) => setTimeout(resolve_, 50));
  }
}

/**
 * The one installation that all scenarios share: started by `test/run.ts`, or by this file when a scenario is run alone.
 */
export async function openDev(): Promise<TestDev> {
  const folder = process.env.WAYBILL_TEST_DEV;
  if (folder === undefined) return startTestDev({ portOffset: 21_000 });
  const reread = async (): Promise<DevFile> =>
    JSON.parse(await readFile(join(folder, 'dev.json'), 'utf8')) as DevFile;
  return { file: await reread(), folder, reread, stop: async () => undefined };
}
