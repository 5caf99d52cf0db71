import assert from 'node:assert/strict';
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { eventually } from '../../support/eventually.ts';

/** A process that the benchmark started. It is stopped on every way out of the benchmark. */
export type Child = {
  readonly pid: number;
  readonly process: ChildProcess;
  /** Standard output and error so far, for the message when it fails. */
  output(): string;
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
};

export type ChildOptions = SpawnOptions & { readonly signal?: never; readonly stopSignal?: NodeJS.Signals };

const STOP_MS = 45_000;

/** Ends workers that outlived the process that started them. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // No process of the group is left: the usual case.
  }
}

export function startChild(program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const { stopSignal = 'SIGTERM', ...spawnOptions } = options;
  // Detached: Ctrl-C goes to the benchmark alone, which stops its children in order.
  const child = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...spawnOptions,
  });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => output.push(bytes.toString()));
  const ended = once(child, 'exit').catch((error: unknown) => output.push(String(error)));
  const kill = (): void => void child.kill(stopSignal);
  process.once('exit', kill);
  return {
    pid: child.pid ?? 0,
    process: child,
    output: () => output.join(''),
    ended,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      kill();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
      killGroup(child.pid);
    },
  };
}

const READY_SECONDS = 90;

/** Resolves when the child is ready. Rejects with its output when it ends before that or takes longer than 90 s. */
export async function untilReady(child: Child, isReady: () => boolean | Promise<boolean>): Promise<void> {
  let isOver = false;
  void child.ended.then(() => {
    isOver = true;
  });
  const look = async (): Promise<boolean> => {
    assert.ok(!isOver, `The process ended too early:\n${child.output()}`);
    return isReady();
  };
  await eventually(() => `it is ready:\n${child.output()}`, look, READY_SECONDS);
}

const GREETING_MS = 1_000;

/** Whether an SMTP server on this port of 127.0.0.1 says 220. */
export const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1').setTimeout(GREETING_MS, () => socket.destroy());
    socket.once('data', (bytes) => {
      resolve(String(bytes).startsWith('220'));
      socket.end('QUIT\r\n');
    });
    socket.once('error', () => undefined).once('close', () => resolve(false));
  });

/** Whether a server accepts connections on this port of 127.0.0.1. */
export const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
