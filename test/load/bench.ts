/**
 * The same work as the table of PERFORMANCE, through the whole product to a fast sink. A benchmark, not a timed test:
 * bounded, on loopback, and it fails only when mail is lost, duplicated or broken.
 */
import { tmpdir } from 'node:os';
import { type Measure, measure, type Stage } from './measure.ts';
import { describeProfiles } from './meter/profiles.ts';
import { type Backend, type BenchOptions, parseOptions, usage } from './options.ts';
import { describe, failuresOf, ratios, summary } from './report.ts';
import { scenarios } from './scenarios.ts';
import { openSink } from './sink/sink.ts';
import { describeStored, measureStored } from './stored/stored.ts';
import { ensurePeerInstalled } from './systems/install-postfix.ts';
import { peerName, startPostfix } from './systems/postfix.ts';
import { type Product, startProduct } from './systems/product.ts';
import { hasRedis } from './systems/redis.ts';
import { isMemory } from './systems/temporary-folder.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** Everything open, to be closed in reverse, also after Ctrl-C. */
const closers: (() => Promise<void>)[] = [];
async function closeAll(): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}

/** The first messages of a process are slow, and no figure. They must arrive like all others. */
async function warmUp(stage: Stage, { warmUp: count, seconds }: BenchOptions): Promise<void> {
  const [scenario] = scenarios;
  if (!scenario) return;
  const measured = await measure(stage, { scenario, range: { first: 0, count }, seconds });
  const failures = failuresOf(measured);
  for (const failure of failures) say(`\n${stage.system.name} while warming up: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}

async function runScenarios(stage: Stage, options: BenchOptions): Promise<readonly Measure[]> {
  await warmUp(stage, options);
  const measures: Measure[] = [];
  let first = options.warmUp;
  for (const scenario of options.scenarios) {
    const range = { first, count: scenario.messages };
    const measured = await measure(stage, { scenario, range, seconds: options.seconds });
    say(`\n${describe(measured)}`);
    measures.push(measured);
    first += range.count;
  }
  return measures;
}

async function runStored(
  stage: Stage & { readonly system: Product },
  most: number,
  options: BenchOptions,
): Promise<readonly Measure[]> {
  await warmUp(stage, options);
  const messages = options.scenarios[0]?.messages ?? 0;
  const sizes = await measureStored(stage, {
    most,
    messages,
    seconds: options.seconds,
    first: options.warmUp,
    say,
  });
  say(`\n${stage.system.name}\n${describeStored(sizes)}`);
  return sizes.map(({ accept }) => accept);
}

async function onProduct(backend: Backend, options: BenchOptions): Promise<readonly Measure[]> {
  if (backend === 'redis' && !hasRedis()) {
    say('\nWaybill on Redis: left out, redis-server is not installed here');
    return [];
  }
  const sink = await openSink();
  closers.push(sink.close);
  const { portOffset, folder, profileFolder } = options;
  const product = await startProduct({ backend, portOffset, folder, profileFolder, sinkPort: sink.port });
  closers.push(product.stop);
  const stage = { system: product, sink, generators: options.generators };
  const measures =
    options.stored === undefined
      ? await runScenarios(stage, options)
      : await runStored(stage, options.stored, options);
  await closeAll();
  if (profileFolder !== undefined) say(`\n${await describeProfiles(profileFolder)}`);
  return measures;
}

async function onPeer(options: BenchOptions): Promise<readonly Measure[]> {
  if (options.peer === undefined) return [];
  const obstacle = ensurePeerInstalled();
  if (obstacle !== undefined) {
    say(`\nPostfix: left out, ${obstacle}`);
    return [];
  }
  const sink = await openSink();
  closers.push(sink.close);
  const peer = await startPostfix({ sinkPort: sink.port, folder: options.folder });
  closers.push(peer.stop);
  const measures = await runScenarios({ system: peer, sink, generators: options.generators }, options);
  await closeAll();
  return measures;
}

/** One system that fails does not take the figures of the others with it. */
async function attempt(run: () => Promise<readonly Measure[]>): Promise<readonly Measure[]> {
  try {
    return await run();
  } catch (error) {
    say(`\nFAILED: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
    await closeAll();
    return [];
  }
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return say(usage);
  const options = parseOptions(args);
  if (await isMemory(options.folder ?? tmpdir()))
    say('Temporary folders are in memory here: fsync costs nothing, compare with nothing. Use --data DIR.');
  const measures: Measure[] = [];
  for (const backend of options.backends)
    measures.push(...(await attempt(() => onProduct(backend, options))));
  measures.push(...(await attempt(() => onPeer(options))));
  say(`\n${summary(measures)}`);
  for (const line of ratios(measures, peerName)) say(line);
  if (measures.some((one) => failuresOf(one).length > 0)) process.exitCode = 1;
}

process.once('SIGINT', () => void closeAll().finally(() => process.exit(130)));
process.once('SIGTERM', () => void closeAll().finally(() => process.exit(143)));

try {
  await main();
} catch (error) {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  await closeAll();
}
