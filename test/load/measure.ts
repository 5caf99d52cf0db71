import { setTimeout as wait } from 'node:timers/promises';
import { generate } from './generator/generate.ts';
import type { Sent } from './generator/generator-thread.ts';
import { buildTemplate } from './generator/message.ts';
import { type CpuByName, cpuBetween, totalOf } from './meter/proc-stat.ts';
import { openMeter } from './meter/process-meter.ts';
import { type Spread, spreadOf } from './percentile.ts';
import { type Scenario, SESSIONS } from './scenarios.ts';
import { type Account, accountOf, type Ledger, type Range } from './sink/ledger.ts';
import type { Sink } from './sink/sink.ts';
import { faultsOf } from './sink/verify.ts';
import type { System } from './systems/system.ts';

export type Measure = {
  readonly system: string;
  readonly scenario: Scenario;
  readonly sent: Sent;
  readonly account: Account;
  readonly acceptedPerSecond: number;
  readonly deliveredPerSecond: number;
  /** Milliseconds from the 250 to the arrival. */
  readonly latency: Spread;
  /** Seconds per 1,000 messages: of the system, and of generator and sink. */
  readonly cpu: number;
  /** The same by process. */
  readonly cpuByName: CpuByName;
  readonly ownCpu: number;
  readonly peakMemory: number;
  readonly sampled: number;
  readonly faults: readonly string[];
  /** The system's description of mail that was accepted and never arrived. */
  readonly unfinished: string | undefined;
};

export type Stage = { readonly system: System; readonly sink: Sink; readonly generators: number };
export type Work = { readonly scenario: Scenario; readonly range: Range; readonly seconds: number };

/** Longer than the sweeper leaves what was never enqueued. */
const STALLED_MS = 60_000;
/** For second copies, and for what is still being written. */
const SETTLE_MS = 500;

const outstanding = ({ acceptedAt, arrivals }: Ledger, { first, count }: Range): number => {
  let left = 0;
  for (let id = first; id < first + count; id++) if (acceptedAt[id] && !arrivals[id]) left += 1;
  return left;
};

/** Until everything accepted arrived, or nothing has arrived for a minute. */
async function drain(ledger: Ledger, range: Range): Promise<void> {
  let left = outstanding(ledger, range);
  let progressAt = Date.now();
  while (left > 0 && Date.now() - progressAt < STALLED_MS) {
    await wait(20);
    const now = outstanding(ledger, range);
    if (now < left) progressAt = Date.now();
    left = now;
  }
  await wait(SETTLE_MS);
}

const ownCpuSeconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

async function checkSamples(stage: Stage, scenario: Scenario) {
  const { system, sink } = stage;
  const { untouched } = buildTemplate(scenario.kind, system.domain);
  const samples = sink.takeSamples();
  const faults: string[] = [];
  for (const { id, bytes } of samples)
    for (const fault of await faultsOf(bytes, { ...system, untouched }))
      faults.push(`message ${id}: ${fault}`);
  return { sampled: samples.length, faults };
}

/** An error here must not hide that the system lost mail. */
const explain = async ({ unfinished }: System): Promise<string | undefined> =>
  unfinished?.().catch((error: unknown) => `no description: ${String(error)}`);

/** Sends, waits for the last arrival, and counts. */
export async function measure(stage: Stage, { scenario, range, seconds }: Work): Promise<Measure> {
  const { system, sink } = stage;
  const meter = openMeter(system.roots);
  const stopWatching = meter.watchMemory();
  const before = { cpu: meter.cpu(), own: ownCpuSeconds() };
  const sent = await generate(
    {
      memory: sink.memory,
      endpoint: system.endpoint,
      domain: system.domain,
      kind: scenario.kind,
      range,
      sessions: SESSIONS,
      ratePerSecond: scenario.ratePerSecond,
      isConnectionPerMessage: scenario.isConnectionPerMessage ?? false,
      seconds,
    },
    stage.generators,
  );
  await drain(sink.ledger, range);
  const used = { cpu: cpuBetween(before.cpu, meter.cpu()), own: ownCpuSeconds() - before.own };
  const peakMemory = stopWatching();
  const account = accountOf(sink.ledger, range);
  const perSecond = (count: number, until: number): number => (count * 1_000) / (until - sent.startedAt);
  const perThousand = (seconds: number): number => (seconds * 1_000) / account.accepted;
  return {
    system: system.name,
    scenario,
    sent,
    account,
    acceptedPerSecond: perSecond(account.accepted, account.lastAcceptedAt),
    deliveredPerSecond: perSecond(account.delivered, account.lastArrivedAt),
    latency: spreadOf(account.latencies),
    cpu: perThousand(totalOf(used.cpu)),
    cpuByName: new Map([...used.cpu].map(([name, seconds]) => [name, perThousand(seconds)])),
    ownCpu: perThousand(used.own),
    peakMemory,
    unfinished: account.lost.length > 0 ? await explain(system) : undefined,
    ...(await checkSamples(stage, scenario)),
  };
}
