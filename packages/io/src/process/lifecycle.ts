import { flushCompileCache } from 'node:module';
import type { Log } from '../log/log.ts';
import { useSmallBufferPool } from './buffer-pool.ts';

/** What a process has opened. `ports` are told to the parent that started it. */
export type Opened = {
  readonly ports?: Readonly<Record<string, number>>;
  /** Closed one after another in reverse order, so the last thing opened is the first to go. */
  readonly closers: readonly Closer[];
};
export type Closer = { readonly name: string; close(): Promise<void> | void };

/** What `process` gives; a value, so that only `main.ts` touches the real one. */
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
  /** Opens everything. What it throws ends the process with code 1. `stop` begins an orderly stop from inside. */
  readonly open: (stop: (reason: string) => void) => Promise<Opened>;
  readonly closeWithinMs?: number;
};

const closeLimitMs = 25_000;

async function closeInReverse(
  closers: readonly Closer[],
  { log, closing }: { readonly log: Log; readonly closing: (name: string) => void },
): Promise<boolean> {
  let clean = true;
  for (const closer of [...closers].reverse()) {
    closing(closer.name);
    try {
      await closer.close();
    } catch (err) {
      clean = false;
      log.error({ err, closer: closer.name }, 'close failed');
    }
  }
  return clean;
}

function announce(lifecycle: Lifecycle, opened: Opened): void {
  const { process, name, log } = lifecycle;
  const ports = opened.ports ?? {};
  log.info({ ports }, 'ready');
  const ready: ReadyMessage = { type: 'ready', name, pid: process.pid, ports };
  // A parent that has gone meanwhile is told by `disconnect`, not by this callback.
  process.send?.(ready, () => undefined);
}

/**
 * The life of a process: open, tell the parent, run until SIGTERM, SIGINT or the parent's disappearance, close in
 * reverse. Anything nobody caught ends the process with code 1 at once: its supervisor starts a fresh one, and every
 * row it held is found again by its lease.
 */
export function runUntilStopped(lifecycle: Lifecycle): void {
  useSmallBufferPool();
  const { process, log } = lifecycle;
  const limitMs = lifecycle.closeWithinMs ?? closeLimitMs;
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
    let waitsFor = 'opening';
    const tooLate = (): void =>
      crash(new Error(`Not closed within ${limitMs} ms: ${waitsFor}`), 'stop timed out');
    setTimeout(tooLate, limitMs).unref();
    const closing = (name: string): void => {
      waitsFor = name;
    };
    opening.promise
      .then((opened) => closeInReverse(opened.closers, { log, closing }))
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
    .open(stop)
    .then((opened) => {
      opening.resolve(opened);
      // Where NODE_COMPILE_CACHE names a folder: now, because a process that is killed writes nothing at its end.
      flushCompileCache();
      if (!stopping) announce(lifecycle, opened);
    })
    .catch((err) => crash(err, 'open failed'));
}
