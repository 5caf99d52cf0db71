/**
 * The same work as the table of docs/performance.md, through the whole product to a fast sink. It is bounded and on loopback, and it
 * fails only when mail is lost, duplicated or broken.
 */
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Measure } from './measure.ts';
import { type Backend, type BenchOptions, parseOptions, usage } from './options.ts';
import { footprintSummary } from './report/footprint-report.ts';
import { jsonReport, type Results } from './report/json-report.ts';
import { ratiosTo } from './report/ratios.ts';
import { failuresOf, summary } from './report/report.ts';
import { type RunContext, runPeer, runProduct } from './run-system.ts';
import { peers } from './systems/peers.ts';
import { productName } from './systems/product.ts';
import { hasRedis } from './systems/redis.ts';
import { isMemory } from './systems/temporary-folder.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const failed = (): void => {
  process.exitCode = 1;
};

/** Everything that is open. It is closed in reverse order, also after Ctrl-C. */
const closers: (() => Promise<void>)[] = [];
async function closeAll(): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}

/** The figures of the other systems are kept when one system fails. */
async function attempt(run: () => Promise<Results>): Promise<Results> {
  try {
    return await run();
  } catch (error) {
    print(`\nFAILED: ${error instanceof Error ? error.message : String(error)}`);
    failed();
    await closeAll();
    return { measures: [], footprints: [] };
  }
}

/** One run of each system, in the order in which the options name them. */
function runsOf(context: RunContext): readonly (() => Promise<Results>)[] {
  const { backends, checkouts, peers: peerNames } = context.options;
  const products = backends
    .filter((backend) => backend !== 'redis' || hasRedis())
    .flatMap((backend) => checkouts.map((checkout) => () => runProduct(context, backend, checkout)));
  return [...products, ...peerNames.map((name) => () => runPeer(context, name))];
}

/** What the product is compared with: each peer, and the first of several checkouts on the same backend. */
function ratiosOf({ backends, checkouts, peers: names }: BenchOptions, { measures }: Results) {
  const peerNames = names.map((name) => peers[name].name);
  const isProduct = ({ system }: Measure): boolean => !peerNames.includes(system);
  const ofPeer = (peer: string): readonly string[] =>
    ratiosTo(
      peer,
      measures.filter((one) => one.system === peer || isProduct(one)),
    );
  const ofCheckouts = (backend: Backend): readonly string[] => {
    const own = checkouts.map((checkout) => productName({ backend, checkout }));
    return ratiosTo(
      own[0] ?? '',
      measures.filter(({ system }) => own.includes(system)),
    );
  };
  return [...peerNames.flatMap(ofPeer), ...(checkouts.length > 1 ? backends.flatMap(ofCheckouts) : [])];
}

function printSummary({ measures, footprints }: Results, options: BenchOptions): void {
  if (footprints.length > 0) print(`\n${footprintSummary(footprints)}`);
  if (measures.length > 0) print(`\n${summary(measures)}`);
  for (const line of ratiosOf(options, { measures, footprints })) print(line);
}

async function warnOf({ folder, backends }: BenchOptions): Promise<void> {
  if (await isMemory(folder ?? tmpdir()))
    print(
      'Temporary folders are in memory here: fsync costs nothing, so no figure is valid. Use --data DIR.',
    );
  if (backends.includes('redis') && !hasRedis())
    print('\nWaybill on Redis: left out, redis-server is not installed here');
}

async function runAll(options: BenchOptions): Promise<Results> {
  const opened = (close: () => Promise<void>): void => void closers.push(close);
  const runs = runsOf({ options, print, opened, closeAll, failed });
  const all: Results[] = [];
  for (let round = 1; round <= options.rounds; round++) {
    if (options.rounds > 1) print(`\nRound ${round} of ${options.rounds}`);
    for (const run of runs) all.push(await attempt(run));
  }
  return {
    measures: all.flatMap(({ measures }) => measures),
    footprints: all.flatMap(({ footprints }) => footprints),
  };
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return print(usage);
  const options = parseOptions(args);
  await warnOf(options);
  const results = await runAll(options);
  printSummary(results, options);
  if (options.jsonFile !== undefined)
    await writeFile(options.jsonFile, `${JSON.stringify(jsonReport(results, new Date()), null, 2)}\n`);
  if (results.measures.some((one) => failuresOf(one).length > 0)) failed();
}

process.once('SIGINT', () => void closeAll().finally(() => process.exit(130)));
process.once('SIGTERM', () => void closeAll().finally(() => process.exit(143)));

try {
  await main();
} catch (error) {
  print(error instanceof Error ? error.message : String(error));
  failed();
} finally {
  await closeAll();
}
