import { flushCompileCache } from 'node:module';
import type { Log } from '../log/log.ts';
import { useSmallBufferPool } from './buffer-pool.ts';

/** The ports and closers that a process has opened. `ports` are reported to the parent process. */
export type Opened = {
  readonly ports?: Readonly<Record<string, number>>;
  /** Closed one after another in reverse order. */
  readonly closers: readonly Closer[];
  /** Apps in this process. They close side by side, before `closers`. */
  readonly apps?: readonly Opened[];
};
export type Closer = { readonly name: string; close(): Promise<void> | void };

/** The parts of `process` that are used. An argument, so that only `main.ts` uses the global one. */
export type ProcessLike = Pick<NodeJS.Process, 'on' | 'exit' | 'pid' | 'send'>;

export type ReadyMessage = {
  readonly type: 'ready';
  readonly name: string;
  readonly pid: number;
  readonly ports: Readonly<Record<string, number>>;
};

export type Lifecycle = {
  readonly name: string;
  readonly log: Log;
  readonly process: ProcessLike;
  /** Opens all parts. An error ends the process with code 1. */
  readonly open: () => Promise<Opened>;
  readonly closeWithinMs: number;
};

/** `pending` holds the names of the closers that are at work. Resolves with whether all of them succeeded. */
async function closeAll(opened: Opened, log: Log, pending: Set<string>): Promise<boolean> {
  const apps = await Promise.all((opened.apps ?? []).map((app) => closeAll(app, log, pending)));
  let clean = !apps.includes(false);
  for (const closer of [...opened.closers].reverse()) {
    pending.add(closer.name);
    try {
      await closer.close();
    } catch (err) {
      clean = false;
      log.error({ err, closer: closer.name }, 'close failed');
    }
    pending.delete(closer.name);
  }
  return clean;
}

function announce(lifecycle: Lifecycle, opened: Opened): void {
  const { process, name, log } = lifecycle;
  const ports = opened.ports ?? {};
  log.info({ ports }, 'ready');
  const ready: ReadyMessage = { type: 'ready', name, pid: process.pid, ports };
  // If the parent has ended meanwhile, `disconnect` reports it, not this callback.
  process.send?.(ready, () => undefined);
}

/**
 * The life of a process: open, report to the parent, run until SIGTERM, SIGINT or the end of the parent, close in reverse order. An uncaught
 * error ends the process with code 1 at once. Its supervisor starts another one, and the leases of its rows expire.
 */
export function runUntilStopped(lifecycle: Lifecycle): void {
  useSmallBufferPool();
  const { process, log, closeWithinMs } = lifecycle;
  let stopping = false;
  const crash = (err: unknown, event: string): void => {
    log.fatal({ err }, event);
    process.exit(1);
  };
  const opening = Promise.withResolvers<Opened>();
  const stop = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    const pending = new Set<string>();
    const tooLate = (): void =>
      crash(
        new Error(`Not closed within ${closeWithinMs} ms: ${[...pending].join(', ') || 'opening'}`),
        'stop timed out',
      );
    setTimeout(tooLate, closeWithinMs).unref();
    opening.promise
      .then((opened) => closeAll(opened, log, pending))
      .then((clean) => {
        log.info({ clean }, 'stopped');
        process.exit(clean ? 0 : 1);
      })
      .catch((err) => crash(err, 'stop failed'));
  };
  process.on('uncaughtException', (err) => crash(err, 'uncaught exception'));
  process.on('unhandledRejection', (err) => crash(err, 'unhandled rejection'));
  process.on('SIGTERM', () => stop('SIGTERM'));
  process.on('SIGINT', () => stop('SIGINT'));
  process.on('disconnect', () => stop('parent gone'));
  lifecycle
    .open()
    .then((opened) => {
      opening.resolve(opened);
      // If NODE_COMPILE_CACHE names a folder, the cache is written now, because a killed process writes nothing at its end.
      flushCompileCache();
      if (!stopping) announce(lifecycle, opened);
    })
    .catch((err) => crash(err, 'open failed'));
}
