import type { QueueName } from '@waybill/relay/ports';
import type { Database } from '../postgres/connection/database.ts';
import type { Listener } from '../postgres/connection/listener.ts';
import { PAUSE_MS, takeDue } from '../postgres/upkeep/due-rows.ts';
import { type BackendReporting, type ConsumeOptions, type Consumer, handleId } from './backend.ts';
import { TIMER_EARLY_MS } from './due-timer.ts';
import { openJobsInFlight } from './jobs-in-flight.ts';
import { channelOf, parseNotice } from './postgres-notices.ts';
import { openQueueMembers, type QueueMembers } from './queue-members.ts';
import { openRowLooks, type RowLooks } from './row-looks.ts';

export type PostgresConsumerSettings = BackendReporting & {
  readonly pool: Database['pool'];
  readonly listener: Listener;
  readonly queue: QueueName;
  readonly options: ConsumeOptions;
  /** Longest time between two looks at the rows, in milliseconds. */
  readonly sweepMs: number;
  /** For ids that were taken and not begun when the consumer closed. */
  readonly giveBack: (ids: readonly string[]) => Promise<void>;
};

export type PostgresConsumer = Consumer & {
  /** Takes jobs that this process enqueued itself. */
  take(ids: readonly string[], at: Date | undefined): void;
};

/** Ids kept in memory: about 2 MB. Above it ids are dropped, and the rows are looked at instead. */
const MAX_WAITING = 20_000;
/** A job of this process for a time so near is kept in memory; a later one is found by its row. */
const MAX_TIMER_MS = 60_000;

/** Joins the members and looks at the rows: at the start and whenever the connection was lost, for jobs may be lost with it. */
async function begin(members: QueueMembers, looks: RowLooks): Promise<void> {
  await members.join();
  // The jobs of other members are in their memory.
  if (members.isAlone()) looks.missed();
  else looks.want();
}

/** Timers of jobs for later, in milliseconds. */
function openTimers(fire: (ids: readonly string[]) => void) {
  const timers = new Set<NodeJS.Timeout>();
  return {
    set(ids: readonly string[], afterMs: number): void {
      const timer = setTimeout(() => {
        timers.delete(timer);
        fire(ids);
      }, afterMs);
      timers.add(timer);
    },
    close(): void {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

export function openPostgresConsumer(settings: PostgresConsumerSettings): PostgresConsumer {
  const { pool, listener, queue, options, log, onTrouble, giveBack } = settings;
  const channel = channelOf(queue);
  const members = openQueueMembers(listener, queue, channel);
  const jobs = openJobsInFlight({
    concurrency: options.concurrency,
    handle: (id) => handleId(queue, id, { ...options, log }),
    onEnd: () => looks.proceed(),
  });
  const looks = openRowLooks({
    take: (due) => takeDue(pool, queue, due),
    jobs,
    concurrency: options.concurrency,
    pauseMs: PAUSE_MS,
    intervalMs: settings.sweepMs,
    onTrouble,
  });
  const timers = openTimers(jobs.add);
  const ready = Promise.withResolvers<void>();

  const arrive = async (ids: readonly string[]): Promise<void> => {
    await members.fresh();
    const mine = ids.filter(members.isMine);
    if (mine.length === 0) return;
    if (jobs.waiting() >= MAX_WAITING || looks.isBehind()) looks.missed();
    else jobs.add(mine);
  };
  const notified = (payload: string): void => {
    const notice = parseNotice(payload);
    if (notice.kind === 'ids') void arrive(notice.ids);
    else if (notice.kind === 'due') looks.wantAt(notice.at);
    else members.changed();
  };
  const start = (): void => void begin(members, looks).then(ready.resolve, onTrouble);
  const stopListening = listener.on(channel, (payload) => {
    if (payload === undefined) start();
    else notified(payload);
  });
  if (listener.isConnected()) start();
  return {
    ready: ready.promise,
    take(ids, at) {
      const afterMs = at === undefined ? 0 : at.getTime() - Date.now();
      if (at !== undefined && afterMs > MAX_TIMER_MS) looks.wantAt(at);
      else if (afterMs > 0) timers.set(ids, afterMs + TIMER_EARLY_MS);
      else jobs.add(ids);
    },
    async close() {
      timers.close();
      await looks.close();
      // Whatever was notified before the other members see this one leave has arrived when `leave` resolves.
      const ended = jobs.close();
      await members.leave().catch(onTrouble);
      stopListening();
      const waiting = await ended;
      if (waiting.length > 0) await giveBack(waiting).catch(onTrouble);
      ready.resolve();
    },
  };
}
