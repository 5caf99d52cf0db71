import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ReadyMessage } from '@waybill/io/process/lifecycle';
import type { Process } from './processes.ts';

export type Supervisor = {
  /** Resolves when every process has reported that it is ready. Rejects when one ends before that. */
  start(processes: readonly Process[]): Promise<void>;
  /** By the name of the instance: the process that was ready last. One that is being started again is not listed before it is ready. */
  pids(): Readonly<Record<string, number>>;
  /** Asks every process to finish and waits. Kills a process that does not end within 30 s. */
  stop(): Promise<void>;
};

export type SupervisorOptions = {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By the name of the instance. */
  readonly metricsPorts?: Readonly<Record<string, number>>;
  /** Called with the ports of a process when it is ready. */
  readonly onReady?: (name: string, ports: Readonly<Record<string, number>>) => void;
  /** The folder for the output, one file for each process. `undefined`: the output of this process. */
  readonly logFolder: string | undefined;
  readonly onRestart: (name: string) => void;
  readonly log: (line: string) => void;
};

/** The memory of a burst of messages is freed by minor garbage collections: the young generation has 3 × 16 MiB. */
const heapFlags = ['--max-semi-space-size=16'];

const RESTART_MS = 200;
const RESTART_MS_MOST = 5_000;
const HEALTHY_MS = 10_000;
const STOP_MS = 30_000;

type Life = {
  readonly failures: number;
  readonly onReady: () => void;
  /** Only at the first start, which fails instead of being repeated. */
  readonly onEarlyEnd?: (error: Error) => void;
};

const host = fileURLToPath(new URL('host.ts', import.meta.url));

function spawnProcess({ name, instances }: Process, options: SupervisorOptions): ChildProcess {
  const args = instances.map((instance) => {
    const port = options.metricsPorts?.[instance.name];
    return port === undefined ? instance.app : `${instance.app}=${port}`;
  });
  const log =
    options.logFolder === undefined ? undefined : openSync(join(options.logFolder, `${name}.log`), 'a');
  const output = log ?? 'inherit';
  // Detached, so that Ctrl-C reaches only the supervisor, which stops its processes.
  const child = fork(host, args, {
    env: options.env,
    execArgv: [...process.execArgv, ...heapFlags],
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

/** Starts processes, starts one that ends again within a second, and stops them together. */
export function superviseApps(options: SupervisorOptions): Supervisor {
  const children = new Map<Process, ChildProcess>();
  const readyPids = new Map<Process, number>();
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
    const child = spawnProcess(one, options);
    let wasReady = false;
    children.set(one, child);
    child.on('message', (message) => {
      const ready = readyMessage(message);
      if (ready === undefined || wasReady) return;
      wasReady = true;
      readyPids.set(one, ready.pid);
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
    async start(processes) {
      if (options.logFolder !== undefined) await mkdir(options.logFolder, { recursive: true });
      await Promise.all(
        processes.map(
          (one) =>
            new Promise<void>((onReady, onEarlyEnd) => keep(one, { failures: 0, onReady, onEarlyEnd })),
        ),
      );
    },
    pids: () =>
      Object.fromEntries(
        [...readyPids].flatMap(([{ instances }, pid]) => instances.map(({ name }) => [name, pid])),
      ),
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
