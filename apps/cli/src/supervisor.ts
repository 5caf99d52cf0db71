import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '@waybill/io/process/lifecycle';

/** The apps that run as processes of their own. */
export const appNames = ['ingress', 'worker', 'sender', 'tracker', 'api', 'sandbox'] as const;
export type AppName = (typeof appNames)[number];

export type Supervisor = {
  /**
   * Resolves when every app has said that it is ready. Rejects when one dies before it ever was. A name that is given twice is two
   * processes: `worker` and `worker-2`.
   */
  start(names: readonly AppName[]): Promise<void>;
  /** By the name of the process. */
  pids(): Readonly<Record<string, number>>;
  /** Asks every app to finish and waits; what does not end within 30 s is killed. */
  stop(): Promise<void>;
};

export type SupervisorOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Settings of one process alone, by its name. */
  readonly envOf?: (name: string) => Readonly<Record<string, string>>;
  /** What a process listens on, whenever it has become ready. */
  readonly onReady?: (name: string, ports: Readonly<Record<string, number>>) => void;
  /** Where the output goes, one file a process; `undefined`: to our own output. */
  readonly logFolder: string | undefined;
  readonly onRestart: (name: string) => void;
  readonly log: (line: string) => void;
};

/**
 * What a message leaves behind shall die young, and what lives be marked rarely: at 100 messages a second marking was most of what made
 * one in a hundred slow. So the young generation has room for a burst (with more of it the bytes of large messages lie in cold
 * memory), the old one grows to six times of what lives in it (some 40 MB) before it is marked, and nothing is pretenured: in a burst
 * messages outlive two minor collections, V8 then makes all later ones old from the start, and what hangs on them stays until the
 * next marking.
 * Most functions are called once a message. They are optimized after a thousand calls instead of three thousand, so that an app is at
 * its speed sooner after a start.
 */
const engineFlags = [
  '--max-semi-space-size=16',
  '--heap-growing-percent=500',
  '--no-allocation-site-pretenuring',
  '--invocation-count-for-turbofan=1000',
];

const RESTART_MS = 200;
const RESTART_MS_MOST = 5_000;
const HEALTHY_MS = 10_000;
const STOP_MS = 30_000;

type Life = {
  readonly failures: number;
  readonly onReady: () => void;
  /** Only at the first start: there a death is told instead of repaired. */
  readonly onEarlyEnd?: (error: Error) => void;
};

export type Process = { readonly app: AppName; readonly name: string };

/** The first of an app is called as the app is. */
export function processesOf(apps: readonly AppName[]): readonly Process[] {
  const counts = new Map<AppName, number>();
  return apps.map((app) => {
    const count = (counts.get(app) ?? 0) + 1;
    counts.set(app, count);
    return { app, name: count === 1 ? app : `${app}-${count}` };
  });
}

const mainOf = (app: AppName): string => fileURLToPath(new URL(`../../${app}/src/main.ts`, import.meta.url));

function spawnApp({ app, name }: Process, options: SupervisorOptions): ChildProcess {
  const log =
    options.logFolder === undefined ? undefined : openSync(join(options.logFolder, `${name}.log`), 'a');
  const output = log ?? 'inherit';
  // Detached: Ctrl-C goes to us alone, and we stop the apps in order.
  const child = fork(mainOf(app), [], {
    env: { ...options.env, ...options.envOf?.(name) },
    execArgv: [...process.execArgv, ...engineFlags],
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  if (log !== undefined) closeSync(log);
  return child;
}

const readyMessage = (message: unknown): ReadyMessage | undefined =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready'
    ? (message as ReadyMessage)
    : undefined;

const earlyEndOf = (name: string, how: string | number | null, logFolder: string | undefined): string =>
  `${name} ended before it was ready (${how})${logFolder === undefined ? '' : `; its log is ${join(logFolder, `${name}.log`)}`}`;

/** Starts apps as processes, starts one that dies again within a second, and stops them together. */
export function superviseApps(options: SupervisorOptions): Supervisor {
  const children = new Map<string, ChildProcess>();
  let isStopping = false;

  const again = (one: Process, lived: number, failures: number): void => {
    const { name } = one;
    const count = lived > HEALTHY_MS ? 0 : failures;
    const delay = Math.min(RESTART_MS * 2 ** count, RESTART_MS_MOST);
    options.log(`${name} ended; starting it again in ${delay} ms`);
    setTimeout(() => {
      if (!isStopping) keep(one, { failures: count + 1, onReady: () => options.onRestart(name) });
    }, delay);
  };

  const keep = (one: Process, life: Life): void => {
    const { name } = one;
    const bornAt = Date.now();
    const child = spawnApp(one, options);
    let wasReady = false;
    children.set(name, child);
    child.on('message', (message) => {
      const ready = readyMessage(message);
      if (ready === undefined || wasReady) return;
      wasReady = true;
      options.onReady?.(name, ready.ports);
      life.onReady();
    });
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      if (!wasReady && life.onEarlyEnd) {
        life.onEarlyEnd(new Error(earlyEndOf(name, signal ?? code, options.logFolder)));
      } else again(one, Date.now() - bornAt, life.failures);
    });
  };

  return {
    async start(names) {
      if (options.logFolder !== undefined) await mkdir(options.logFolder, { recursive: true });
      await Promise.all(
        processesOf(names).map(
          (one) =>
            new Promise<void>((onReady, onEarlyEnd) => keep(one, { failures: 0, onReady, onEarlyEnd })),
        ),
      );
    },
    pids: () => Object.fromEntries([...children].map(([name, child]) => [name, child.pid ?? 0])),
    async stop() {
      isStopping = true;
      await Promise.all([...children.values()].map(stopChild));
    },
  };
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await ended;
  clearTimeout(timer);
}
