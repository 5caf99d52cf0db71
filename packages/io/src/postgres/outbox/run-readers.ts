/** Runs readers of the outbox, each on its own: one that fails or is slow delays no other, and no mail. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Log } from '../../log/log.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { isConnectionTrouble } from '../connection/connection-trouble.ts';
import type { Listener } from '../connection/listener.ts';
import { EVENTS_CHANNEL } from '../mail-store/event-signal.ts';
import type { Reader, ReadWork } from './reader.ts';

export type EventReader = {
  readonly reader: Reader;
  /** The most events in a batch. */
  readonly limit: number;
  readonly work: ReadWork;
};

export type ReaderPorts = {
  readonly listener: Pick<Listener, 'on'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'readerLagSeconds' | 'readerEventsBehind' | 'passedEvents'>;
};

/** Milliseconds. A notification wakes every reader; a lost one delays them by the longest pause. */
const POLL_MS = 5_000;
const SHORTEST_PAUSE_MS = 250;
const LAG_MS = 15_000;
const LONGEST_BACKOFF_MS = 60_000;
/** A lag that an operator should know of, in seconds. */
const LONG_LAG = 300;
/** Rounds after a notification, because what it tells of may be visible only when an older transaction has ended. */
const LOOKS = 3;
/** Failures of one event alone after which it is passed over. */
const MAX_FAILURES = 3;
/** By how much a batch shrinks that failed: in a few rounds its one bad event stands alone. */
const NARROWING = 8;

type State = {
  limit: number;
  /** Failed rounds in a row. */
  failures: number;
  looks: number;
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

/** Returns the pause until the next round, in milliseconds. */
async function readOnce(round: Round): Promise<number> {
  const { task, state } = round;
  try {
    const count = await task.reader.next(state.limit, task.work);
    const isFull = count >= state.limit;
    state.failures = 0;
    state.limit = Math.min(task.limit, state.limit * NARROWING);
    if (isFull) return 0;
    state.looks = count > 0 ? LOOKS : state.looks - 1;
    return state.looks > 0 ? SHORTEST_PAUSE_MS : POLL_MS;
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

async function follow(task: EventReader, ports: ReaderPorts, signal: AbortSignal): Promise<void> {
  const state: State = { limit: task.limit, failures: 0, looks: LOOKS };
  const { sleep, wake } = openRest(signal);
  const stop = ports.listener.on(EVENTS_CHANNEL, () => {
    state.looks = LOOKS;
    // A reader that failed waits all of its pause.
    if (state.failures === 0) wake();
  });
  while (!signal.aborted) await sleep(await readOnce({ task, state, ports }));
  stop();
}

async function measure({ reader }: EventReader, { log, metrics }: ReaderPorts): Promise<void> {
  try {
    const { seconds, events } = await reader.lag();
    metrics.readerLagSeconds.set({ reader: reader.name }, seconds);
    metrics.readerEventsBehind.set({ reader: reader.name }, events);
    if (seconds > LONG_LAG) log.warn({ reader: reader.name, seconds, events }, 'reader lags');
  } catch (err) {
    log.warn({ err, reader: reader.name }, 'lag not measured');
  }
}

async function measureAll(
  tasks: readonly EventReader[],
  ports: ReaderPorts,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await wait(LAG_MS, undefined, { signal }).catch(() => undefined);
    for (const task of signal.aborted ? [] : tasks) await measure(task, ports);
  }
}

/** Reads until it is closed. Closing waits for the batches that are being handled. */
export function runReaders(tasks: readonly EventReader[], ports: ReaderPorts): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const running = [...tasks.map((task) => follow(task, ports, signal)), measureAll(tasks, ports, signal)];
  return {
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}
