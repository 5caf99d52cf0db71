import type { Measure } from '../measure.ts';
import type { Account } from '../sink/ledger.ts';

export const account: Account = {
  accepted: 1_000,
  delivered: 1_000,
  lost: [],
  duplicated: [],
  unanswered: 0,
  latencies: [],
  lastAcceptedAt: 0,
  lastArrivedAt: 0,
};

/** A run without failures. */
export const aMeasure = (over: Partial<Measure> = {}): Measure => ({
  system: 'Waybill on Redis',
  scenario: { name: 'small', about: '4 KiB', kind: 'small', messages: 1_000 },
  sent: { startedAt: 0, offered: 1_000, refused: 0, broken: 0, trouble: undefined },
  account,
  acceptedPerSecond: 1_234.4,
  deliveredPerSecond: 1_200,
  latency: { p50: 1.25, p95: 2, p99: 123.4 },
  cpu: 1.5,
  cpuByName: new Map([
    ['redis-server', 0.25],
    ['worker', 1.25],
    ['api', 0.001],
  ]),
  ownCpu: 0.3,
  peakMemory: 2 ** 30,
  sampled: 10,
  faults: [],
  unfinished: undefined,
  ...over,
});
