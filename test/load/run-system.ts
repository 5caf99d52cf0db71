import { measureApi, STORED } from './api/api-bench.ts';
import { measureFootprint } from './footprint.ts';
import { measure, type Stage } from './measure.ts';
import { describeProfiles } from './meter/profiles.ts';
import type { Backend, BenchOptions } from './options.ts';
import { describeFootprint } from './report/footprint-report.ts';
import type { Results } from './report/json-report.ts';
import { describe, failuresOf } from './report/report.ts';
import { type Scenario, small } from './scenarios.ts';
import type { Range } from './sink/ledger.ts';
import { openSink } from './sink/sink.ts';
import { describeStored, measureStored } from './stored/stored.ts';
import { type PeerName, peers } from './systems/peers.ts';
import { type Product, startProduct } from './systems/product.ts';
import { measureWebhooks } from './webhooks/webhook-bench.ts';

/** What a run of one system needs besides its options. */
export type RunContext = {
  readonly options: BenchOptions;
  readonly print: (line: string) => void;
  /** Called for everything that was opened, in order. */
  readonly opened: (close: () => Promise<void>) => void;
  readonly closeAll: () => Promise<void>;
  /** Called for a failure that belongs to no figure. */
  readonly failed: () => void;
};

const NOTHING: Results = { measures: [], footprints: [] };

/** Gives each part of a run numbers that no other part has used. */
function openNumbers(): (count: number) => Range {
  let next = 0;
  return (count) => {
    const first = next;
    next += count;
    return { first, count };
  };
}

type Run = RunContext & { readonly stage: Stage; readonly take: (count: number) => Range };

/** The first messages of a process are slow, so they are no figure. They must arrive like all others. */
async function warmUp({ stage, take, options, print, failed }: Run): Promise<void> {
  const range = take(options.warmUp);
  const failures = failuresOf(await measure(stage, { scenario: small, range, seconds: options.seconds }));
  for (const failure of failures) print(`\n${stage.system.name} while warming up: ${failure}`);
  if (failures.length > 0) failed();
}

/** The system has just started: nothing has warmed it up yet. */
async function runFootprint(run: Run, scenario: Scenario): Promise<Results> {
  const { stage, take, options, print, failed } = run;
  const work = { scenario, range: take(scenario.messages), seconds: options.seconds };
  const { footprint, load } = await measureFootprint(stage, work);
  print(`\n${describeFootprint(footprint)}`);
  const failures = failuresOf(load);
  for (const failure of failures) print(`  FAILED: ${failure}`);
  if (failures.length > 0) failed();
  return { measures: [], footprints: [footprint] };
}

async function runScenarios(run: Run): Promise<Results> {
  const { stage, take, options, print } = run;
  const [footprint, timed] = [
    options.scenarios.find(({ isFootprint }) => isFootprint),
    options.scenarios.filter(({ isFootprint }) => !isFootprint),
  ];
  const results = footprint ? await runFootprint(run, footprint) : NOTHING;
  if (timed.length > 0) await warmUp(run);
  const measures = [];
  for (const scenario of timed) {
    const range = take(scenario.messages);
    const measured = await measure(stage, { scenario, range, seconds: options.seconds });
    print(`\n${describe(measured)}`);
    measures.push(measured);
  }
  return { ...results, measures };
}

async function runStored(run: Run, product: Product, most: number): Promise<Results> {
  const { stage, take, options, print } = run;
  await warmUp(run);
  const messages = options.scenarios.find(({ name }) => name === small.name)?.messages ?? small.messages;
  const { first } = take(2 * messages);
  const sizes = await measureStored(
    { ...stage, system: product },
    { most, messages, seconds: options.seconds, first, print },
  );
  print(`\n${product.name}\n${describeStored(sizes)}`);
  return { ...NOTHING, measures: sizes.map(({ accept }) => accept) };
}

/** A part of the time that a scenario may take is enough for a question. */
const QUESTION_SHARE = 6;

async function runApi({ options, print, failed }: Run, product: Product): Promise<Results> {
  const seconds = Math.max(1, Math.round(options.seconds / QUESTION_SHARE));
  const { stored = STORED, deliveries, accounts } = options;
  const faults = await measureApi(product, { stored, deliveries, accounts, seconds, print });
  if (faults.length > 0) failed();
  return NOTHING;
}

async function runWebhooks(run: Run, product: Product): Promise<Results> {
  const { stage, take, options, print, failed } = run;
  await warmUp(run);
  const messages = options.scenarios.find(({ name }) => name === small.name)?.messages ?? small.messages;
  const faults = await measureWebhooks(
    { ...stage, system: product },
    { messages, seconds: options.seconds, take, print },
  );
  for (const fault of faults) print(`  FAILED: ${fault}`);
  if (faults.length > 0) failed();
  return NOTHING;
}

function runWhatIsAsked(run: Run, product: Product): Promise<Results> {
  const { api, stored, webhooks } = run.options;
  if (webhooks) return runWebhooks(run, product);
  if (api) return runApi(run, product);
  return stored === undefined ? runScenarios(run) : runStored(run, product, stored);
}

async function openStageSink({ opened }: RunContext) {
  const sink = await openSink();
  opened(sink.close);
  return sink;
}

export async function runProduct(
  context: RunContext,
  backend: Backend,
  checkout: string | undefined,
): Promise<Results> {
  const { options, opened, closeAll, print } = context;
  const { portOffset, folder, keptFolder, profileFolder, stored, generators } = options;
  const sink = await openStageSink(context);
  const isStartedTwice =
    stored === undefined &&
    !options.api &&
    !options.webhooks &&
    options.scenarios.some(({ isFootprint }) => isFootprint);
  const chosen = { backend, checkout, portOffset, folder, keptFolder, profileFolder, isStartedTwice };
  const product = await startProduct({ ...chosen, sinkPort: sink.port });
  opened(product.stop);
  const run: Run = { ...context, stage: { system: product, sink, generators }, take: openNumbers() };
  const results = await runWhatIsAsked(run, product);
  await closeAll();
  if (profileFolder !== undefined) print(`\n${await describeProfiles(profileFolder)}`);
  return results;
}

export async function runPeer(context: RunContext, name: PeerName): Promise<Results> {
  const { options, opened, closeAll, print } = context;
  const peer = peers[name];
  const obstacle = peer.obstacle();
  if (obstacle !== undefined) {
    print(`\n${peer.name}: left out, ${obstacle}`);
    return NOTHING;
  }
  const sink = await openStageSink(context);
  const system = await peer.start({ sinkPort: sink.port, folder: options.folder });
  opened(system.stop);
  const stage = { system, sink, generators: options.generators };
  const results = await runScenarios({ ...context, stage, take: openNumbers() });
  await closeAll();
  return results;
}
