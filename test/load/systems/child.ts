import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

/** A process that we started and end again, whatever happens to us in between. */
export type Child = {
  readonly pid: number;
  readonly process: ChildProcess;
  /** All that it has said, newest last; for when it fails. */
  output(): string;
  readonly ended: Promise<unknown>;
  stop(): Promise<void>;
};

export type ChildOptions = SpawnOptions & { readonly signal?: never; readonly stopSignal?: NodeJS.Signals };

const STOP_MS = 45_000;

export function startChild(program: string, args: readonly string[], options: ChildOptions = {}): Child {
  const { stopSignal = 'SIGTERM', ...spawnOptions } = options;
  // Detached: Ctrl-C goes to the benchmark alone, which stops what it started in order.
  const child = spawn(program, [...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...spawnOptions,
  });
  const said: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (bytes: Buffer) => said.push(bytes.toString()));
  const ended = once(child, 'exit').catch((error: unknown) => said.push(String(error)));
  const kill = (): void => void child.kill(stopSignal);
  process.once('exit', kill);
  return {
    pid: child.pid ?? 0,
    process: child,
    output: () => said.join(''),
    ended,
    async stop() {
      process.off('exit', kill);
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
      kill();
      const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** Asks every 50 ms whether it is ready; rejects with what it said when it ends or takes too long. */
export async function untilReady(child: Child, isReady: () => boolean | Promise<boolean>): Promise<void> {
  let isOver = false;
  void child.ended.then(() => {
    isOver = true;
  });
  const until = Date.now() + 90_000;
  while (!(await isReady())) {
    if (isOver || Date.now() > until) throw new Error(`It did not get ready:\n${child.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
