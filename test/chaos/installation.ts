/** The whole product over our own next hop, with its database at hand for the reckoning. */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '@waybill/io/postgres/connection/database';
import type { DevFile } from '../../apps/cli/src/dev/dev-file.ts';
import { devPorts } from '../../apps/cli/src/dev/dev-settings.ts';
import { type Api, apiOf, firstAccount, newTenant, operator, secondAccount } from '../support/black-box.ts';
import { shortRetries, startTestDev, type TestDev } from '../support/dev.ts';
import { eventually } from '../support/eventually.ts';
import { type CountingSink, openCountingSink } from './counting-sink.ts';
import type { Kept } from './kept.ts';
import type { Policy, Sender } from './load.ts';

export type Installation = {
  readonly dev: TestDev;
  readonly sink: CountingSink;
  readonly database: Database;
  readonly databaseUrl: string;
  readonly portOffset: number;
  /** Settings of the processes besides those of `waybill dev`. */
  readonly env: Readonly<Record<string, string>>;
  /** Three accounts: the first prefers no duplicate, the others prefer delivery. */
  readonly senders: readonly [Sender, Sender, Sender];
  /** What is still to be reckoned with. */
  readonly owed: Kept[];
  /** The process id as `dev.json` has it now. */
  pidOf(name: string): Promise<number>;
  stop(): Promise<void>;
};

export type InstallationOptions = {
  readonly portOffset: number;
  readonly folder?: string;
  /** More arguments of `waybill dev`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Short, so that what a killed process held comes back within a test. */
export const LEASE_SECONDS = 4;

/** Little memory for every process, and a way to use it up: `faults/out-of-memory.ts`. */
const NODE_OPTIONS = `--max-old-space-size=128 --import=${new URL('leak.ts', import.meta.url).href}`;

const settings = { LEASE_SECONDS: String(LEASE_SECONDS), LOG_LEVEL: 'info', NODE_OPTIONS };

async function databaseUrlOf(folder: string, portOffset: number, env: Readonly<Record<string, string>>) {
  if (env.DATABASE_URL !== undefined) return env.DATABASE_URL;
  const password = await readFile(join(folder, 'postgres-password'), 'utf8');
  return `postgresql://waybill:${password}@127.0.0.1:${devPorts(portOffset).postgres}/postgres`;
}

async function setPolicy(api: Api, unknown_policy: Policy): Promise<void> {
  const { data } = await api.get('/v1/streams?limit=10');
  await api.patch(`/v1/streams/${data[0].id}`, { unknown_policy });
}

async function makeSenders(file: DevFile): Promise<Installation['senders']> {
  const third = await newTenant(file, 'chaos');
  await setPolicy(firstAccount(file), 'prefer_no_duplicate');
  await setPolicy(secondAccount(file), 'prefer_delivery');
  await setPolicy(third.api, 'prefer_delivery');
  return [
    { policy: 'prefer_no_duplicate', login: file.credential, from: `app@${file.account.domain}` },
    { policy: 'prefer_delivery', login: file.second.credential, from: `app@${file.second.domain}` },
    { policy: 'prefer_delivery', login: third.login, from: `app@${third.domain}` },
  ];
}

export async function startInstallation(options: InstallationOptions): Promise<Installation> {
  const { portOffset, folder, args = [] } = options;
  const env = { ...settings, ...options.env };
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  const sink = await openCountingSink();
  const dev = await startTestDev({
    portOffset,
    args: ['--smarthost', `smtp://127.0.0.1:${sink.port}`, ...args],
    env,
    ...(folder === undefined ? {} : { folder }),
  }).catch(async (error: unknown) => {
    await sink.close();
    throw error;
  });
  const databaseUrl = await databaseUrlOf(dev.folder, portOffset, env);
  const database = openDatabase({ url: databaseUrl, applicationName: 'waybill-chaos', poolSize: 2 });
  const senders = await makeSenders(dev.file);
  return {
    dev,
    sink,
    database,
    databaseUrl,
    portOffset,
    env: { ...env, RETRY_MINUTES: shortRetries, SWEEP_SECONDS: '1' },
    owed: [],
    senders,
    pidOf: async (name) => {
      const pid = (await dev.reread()).processes[name];
      assert.ok(pid !== undefined && pid > 1, `no process ${name}`);
      return pid;
    },
    async stop() {
      await database.close();
      await dev.stop();
      await sink.close();
    },
  };
}

export type Waiting = {
  readonly what: string;
  readonly seconds: number;
  readonly look: () => Promise<boolean>;
  readonly explain?: () => Promise<string>;
};

/** Asks again every 100 ms until it is true. What it throws counts as false. Resolves with the milliseconds it took. */
export async function until({ what, seconds, look, explain }: Waiting): Promise<number> {
  const began = performance.now();
  const description = async (): Promise<string> => `${what} ${(await explain?.().catch(String)) ?? ''}`;
  await eventually(description, () => look().catch(() => false), seconds);
  return performance.now() - began;
}

const isApiUp = async ({ dev }: Installation): Promise<boolean> => {
  const answer = await fetch(new URL('/readyz', dev.file.api.url), { signal: AbortSignal.timeout(1_000) });
  return answer.ok;
};

/** Milliseconds until the API answers an account's question again. */
export const untilApiAnswers = (installation: Installation, seconds: number): Promise<number> =>
  until({
    what: 'the API answers',
    seconds,
    look: async () => {
      if (!(await isApiUp(installation))) return false;
      const { url, key } = installation.dev.file.api;
      await apiOf({ url, key }).get('/v1/account');
      return true;
    },
  });

/** Kills the processes of these apps at once and waits until each has a new process. */
export async function killAll(installation: Installation, names: readonly string[]): Promise<void> {
  const pids = new Map<string, number>();
  for (const name of names) pids.set(name, await installation.pidOf(name));
  // PostgreSQL leads a group of its own: its backends die with it, as in a power cut.
  const { postgres, ...apps } = Object.fromEntries(pids);
  for (const pid of new Set(Object.values(apps))) process.kill(pid, 'SIGKILL');
  if (postgres !== undefined) process.kill(-postgres, 'SIGKILL');
  for (const [name, pid] of pids)
    await until({
      what: `${name} runs again`,
      seconds: 30,
      look: async () => (await installation.pidOf(name)) !== pid,
    });
}

export const operatorOf = (installation: Installation) => operator(installation.dev.file);
