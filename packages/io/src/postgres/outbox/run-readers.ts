/** Runs readers of the outbox, each on its own: one that fails or is slow delays no other, and no mail. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { isConnectionTrouble } from '../connection/connection-trouble.ts';
import type { Database } from '../connection/database.ts';
import type { Listener } from '../connection/listener.ts';
import { EVENTS_CHANNEL } from '../mail-store/event-signal.ts';
import type { Reader, ReadWork } from './reader.ts';
import { type Lag, readerLags } from './reader-lags.ts';

export type EventReader = {
  readonly reader: Reader;
  /** The most events in a batch. */
  readonly limit: number;
  readonly work: ReadWork;
};

export type ReaderPorts = {
  readonly database: Pick<Database, 'pool'>;
  readonly listener: Pick<Listener, 'on'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'readerLagSeconds' | 'readerEventsBehind' | 'passedEvents'>;
};

/** Milliseconds. A notification wakes every reader. A lost one delays them until the next look at all cursors, which is one query. */
const POLL_MS = 30_000;
/** After a notification: what it tells of may be visible only when an older transaction has ended. Pauses double until the poll takes over. */
const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 16_000;
/** The longest timer of Node, 24 days. */
const FOREVER_MS = 2 ** 31 - 1;
const LONGEST_BACKOFF_MS = 60_000;
/** A lag that an operator should know of, in seconds. */
const LONG_LAG = 300;
/** Failures of one event alone after which it is passed over. */
const MAX_FAILURES = 3;
/** By how much a batch shrinks that failed: in a few rounds its one bad event stands alone. */
const NARROWING = 8;

type State = {
  limit: number;
  /** Failed rounds in a row. */
  failures: number;
  /** Until the next look, when there was nothing to read. */
  pauseMs: number;
};

type Round = { readonly task: EventReader; readonly state: State; readonly ports: ReaderPorts };

const backoffMs = (failures: number): number =>
  Math.min(LONGEST_BACKOFF_MS, SHORTEST_PAUSE_MS * 2 ** Math.min(failures, 10));

/** The event that fails every time is recorded and passed over, so that those behind it are read. */
async function passOver(error: unknown, { task: { reader }, state, ports }: Round): Promise<void> {
  const event = await reader.passOver(error);
  state.failures = 0;
  if (event === undefined) return;
  ports.metrics.passedEvents.inc({ reader: reader.name });
  const { id: eventId, accountId, messageId, type } = event;
  ports.log.error(
    { err: error, reader: reader.name, eventId, accountId, messageId, type },
    'event passed over',
  );
}

async function afterFailure(error: unknown, round: Round): Promise<void> {
  const { task, state, ports } = round;
  state.failures += 1;
  const { limit } = state;
  ports.log.warn({ err: error, reader: task.reader.name, limit }, 'events not read');
  // Also after a time-out: fewer events take less time.
  state.limit = Math.max(1, Math.floor(limit / NARROWING));
  if (isConnectionTrouble(error)) return;
  if (limit > 1) state.failures = 0;
  else if (state.failures >= MAX_FAILURES) await passOver(error, round);
}

function nextPause(state: State): number {
  const { pauseMs } = state;
  state.pauseMs = pauseMs * 2;
  return pauseMs > LONGEST_PAUSE_MS ? FOREVER_MS : pauseMs;
}

/** Returns the pause until the next round, in milliseconds. */
async function readOnce(round: Round): Promise<number> {
  const { task, state } = round;
  try {
    const count = await task.reader.next(state.limit, task.work);
    const isFull = count >= state.limit;
    state.failures = 0;
    state.limit = Math.min(task.limit, state.limit * NARROWING);
    if (isFull) return 0;
    if (count > 0) state.pauseMs = SHORTEST_PAUSE_MS;
    return nextPause(state);
  } catch (error) {
    await afterFailure(error, round).catch((err: unknown) =>
      round.ports.log.warn({ err, reader: task.reader.name }, 'event not passed over'),
    );
    return backoffMs(state.failures);
  }
}

type Rest = { readonly sleep: (ms: number) => Promise<void>; readonly wake: () => void };

/** A pause that `wake` ends, but not before the shortest one is over. */
function openRest(signal: AbortSignal): Rest {
  let alarm = new AbortController();
  return {
    async sleep(ms) {
      const { signal: alarmed } = alarm;
      await wait(Math.min(ms, SHORTEST_PAUSE_MS), undefined, { signal }).catch(() => undefined);
      const rest = ms - SHORTEST_PAUSE_MS;
      if (rest <= 0 || alarmed.aborted) return;
      await wait(rest, undefined, { signal: AbortSignal.any([signal, alarmed]) }).catch(() => undefined);
    },
    wake() {
      alarm.abort();
      alarm = new AbortController();
    },
  };
}

type Follower = {
  readonly name: string;
  /** Ends the pause, unless the reader failed: then it waits all of it. */
  readonly wake: () => void;
  readonly ended: Promise<void>;
};

function follow(task: EventReader, ports: ReaderPorts, signal: AbortSignal): Follower {
  const state: State = { limit: task.limit, failures: 0, pauseMs: SHORTEST_PAUSE_MS };
  const rest = openRest(signal);
  const wake = (): void => {
    state.pauseMs = SHORTEST_PAUSE_MS;
    if (state.failures === 0) rest.wake();
  };
  const read = async (): Promise<void> => {
    while (!signal.aborted) await rest.sleep(await readOnce({ task, state, ports }));
  };
  return { name: task.reader.name, wake, ended: read() };
}

function showLag({ reader, seconds, events }: Lag, { log, metrics }: ReaderPorts): void {
  metrics.readerLagSeconds.set({ reader }, seconds);
  metrics.readerEventsBehind.set({ reader }, events);
  if (seconds > LONG_LAG) log.warn({ reader, seconds, events }, 'reader lags');
}

/** One query for all readers of the process: measures them, and wakes those that have events to read. */
async function poll(followers: readonly Follower[], ports: ReaderPorts): Promise<void> {
  const names = followers.map(({ name }) => name);
  try {
    for (const lag of await readerLags(ports.database, names)) {
      showLag(lag, ports);
      if (lag.events > 0) followers.find(({ name }) => name === lag.reader)?.wake();
    }
  } catch (err) {
    ports.log.warn({ err, readers: names }, 'lag not measured');
  }
}

async function pollAll(
  followers: readonly Follower[],
  ports: ReaderPorts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await wait(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (!signal.aborted) await poll(followers, ports);
  }
}

/** Reads until it is closed. Closing waits for the batches that are being handled. */
export function runReaders(tasks: readonly EventReader[], ports: ReaderPorts): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const followers = tasks.map((task) => follow(task, ports, signal));
  const stopListening = ports.listener.on(EVENTS_CHANNEL, () => {
    for (const { wake } of followers) wake();
  });
  const polling = pollAll(followers, ports, signal);
  return {
    async close() {
      stopListening();
      closing.abort();
      await Promise.all([polling, ...followers.map(({ ended }) => ended)]);
    },
  };
}
