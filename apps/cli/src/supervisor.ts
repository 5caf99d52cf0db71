import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The apps that run as processes of their own. */
export const appNames = ['ingress', 'worker', 'sender', 'tracker', 'api', 'sandbox'] as const;
export type AppName = (typeof appNames)[number];

export type Supervisor = {
  /** Resolves when every app has said that it is ready. Rejects when one dies before it ever was. */
  start(names: readonly AppName[]): Promise<void>;
  pids(): Readonly<Partial<Record<AppName, number>>>;
  /** Asks every app to finish and waits; what does not end within 30 s is killed. */
  stop(): Promise<void>;
};

export type SupervisorOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where each app's output goes, one file an app; `undefined`: to our own output. */
  readonly logFolder: string | undefined;
  readonly onRestart: (name: AppName) => void;
  readonly log: (line: string) => void;
};

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

const mainOf = (name: AppName): string =>
  fileURLToPath(new URL(`../../${name}/src/main.ts`, import.meta.url));

function spawnApp(name: AppName, options: SupervisorOptions): ChildProcess {
  const log =
    options.logFolder === undefined ? undefined : openSync(join(options.logFolder, `${name}.log`), 'a');
  const output = log ?? 'inherit';
  // Detached: Ctrl-C goes to us alone, and we stop the apps in order.
  const child = fork(mainOf(name), [], {
    env: { ...options.env },
    stdio: ['ignore', output, output, 'ipc'],
    detached: true,
  });
  if (log !== undefined) closeSync(log);
  return child;
}

const isReady = (message: unknown): boolean =>
  typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';

const earlyEndOf = (name: AppName, how: string | number | null, logFolder: string | undefined): string =>
  `${name} ended before it was ready (${how})${logFolder === undefined ? '' : `; its log is ${join(logFolder, `${name}.log`)}`}`;

/** Starts apps as processes, starts one that dies again within a second, and stops them together. */
export function superviseApps(options: SupervisorOptions): Supervisor {
  const children = new Map<AppName, ChildProcess>();
  let isStopping = false;

  const again = (name: AppName, lived: number, failures: number): void => {
    const count = lived > HEALTHY_MS ? 0 : failures;
    const delay = Math.min(RESTART_MS * 2 ** count, RESTART_MS_MOST);
    options.log(`${name} ended; starting it again in ${delay} ms`);
    setTimeout(() => {
      if (!isStopping) keep(name, { failures: count + 1, onReady: () => options.onRestart(name) });
    }, delay);
  };

  const keep = (name: AppName, life: Life): void => {
    const bornAt = Date.now();
    const child = spawnApp(name, options);
    let wasReady = false;
    children.set(name, child);
    child.on('message', (message) => {
      if (!isReady(message) || wasReady) return;
      wasReady = true;
      life.onReady();
    });
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      if (!wasReady && life.onEarlyEnd) {
        life.onEarlyEnd(new Error(earlyEndOf(name, signal ?? code, options.logFolder)));
      } else again(name, Date.now() - bornAt, life.failures);
    });
  };

  return {
    async start(names) {
      if (options.logFolder !== undefined) await mkdir(options.logFolder, { recursive: true });
      await Promise.all(
        names.map(
          (name) =>
            new Promise<void>((onReady, onEarlyEnd) => keep(name, { failures: 0, onReady, onEarlyEnd })),
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
