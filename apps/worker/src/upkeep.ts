/** What is done once a day and at start, by every worker; twice is harmless. */
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { UnreadEvents } from '@waybill/io/postgres/outbox/unread-events';
import { type ErasurePorts, eraseDeleted } from './finish-deletions.ts';
import { type RecheckPorts, recheckDomains } from './recheck-domains.ts';

export type UpkeepPorts = RecheckPorts &
  ErasurePorts & {
    readonly partitions: {
      ensure(at: Date): Promise<void>;
      /** Whole weeks that ended before; names of what went. */
      drop(before: Date): Promise<readonly string[]>;
      /** What readers of events have not read of it. */
      unread(before: Date): Promise<readonly UnreadEvents[]>;
    };
    readonly retention: {
      horizon(now: Date): Promise<Date>;
      removeByStream(now: Date): Promise<number>;
      removeBeside(end: Date): Promise<number>;
      removeStatistics(now: Date): Promise<number>;
      removeKnown(now: Date): Promise<number>;
    };
    readonly idempotency: { removeExpired(now: Date): Promise<number> };
    readonly log: Log;
    readonly metrics: Pick<Metrics, 'unreadDropped'>;
  };

type Work = (ports: UpkeepPorts, signal: AbortSignal) => Promise<Readonly<Record<string, unknown>>>;
type Task = readonly [name: string, work: Work];

/** The retention that an account was promised does not wait for a reader that stands still. The loss is logged and counted. */
async function dropWeeks({ partitions, retention, now, log, metrics }: UpkeepPorts) {
  const before = await retention.horizon(now());
  const unread = await partitions.unread(before);
  const dropped = await partitions.drop(before);
  if (dropped.some((name) => name.startsWith('event_')))
    for (const { reader, events } of unread) {
      metrics.unreadDropped.inc({ reader }, events);
      log.error({ reader, events, before }, 'events dropped that were not read');
    }
  return { before, dropped };
}

/** In the order of how badly they are needed. */
const tasks: readonly Task[] = [
  [
    'partitions made',
    async ({ partitions, now }) => {
      await partitions.ensure(now());
      return {};
    },
  ],
  ['partitions dropped', dropWeeks],
  [
    'old content removed',
    async ({ retention, now }) => ({
      content: await retention.removeByStream(now()),
      beside: await retention.removeBeside(await retention.horizon(now())),
    }),
  ],
  [
    'old statistics removed',
    async ({ retention, now }) => ({ count: await retention.removeStatistics(now()) }),
  ],
  [
    'known recipients forgotten',
    async ({ retention, now }) => ({ count: await retention.removeKnown(now()) }),
  ],
  [
    'idempotency keys removed',
    async ({ idempotency, now }) => ({ count: await idempotency.removeExpired(now()) }),
  ],
  ['deleted accounts erased', async (ports, signal) => ({ count: await eraseDeleted(ports, signal) })],
  ['domains checked', async (ports, signal) => recheckDomains(ports, signal)],
];

/** One task's trouble must not keep the others from being done; tomorrow is soon enough for it. */
export async function upkeep(ports: UpkeepPorts, signal: AbortSignal): Promise<void> {
  for (const [name, work] of tasks) {
    if (signal.aborted) return;
    try {
      ports.log.info(await work(ports, signal), name);
    } catch (err) {
      ports.log.error({ err }, `${name}: not this time`);
    }
  }
}
