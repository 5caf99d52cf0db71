/** What the API costs while much mail is stored: requests per second, p99, and that no query reads a partition from end to end. */
import { ms, table, two, whole } from '../report/table.ts';
import { fillStatistics } from '../stored/fill-statistics.ts';
import { openStored, type Stored } from '../stored/fill-stored.ts';
import type { Product } from '../systems/product.ts';
import { type Answered, askFor } from './ask.ts';
import { openPlanCheck } from './plan-check.ts';
import { type Question, questionsFor } from './questions.ts';

export const STORED = 1_000_000;
/** A list, a search, a recipient or statistics answer at least so fast, in milliseconds, 99 of 100 times. */
const MOST_MS = 50;
/** The statistics of a year. */
const MOST_MS_OF_A_YEAR = 100;
/** By how much a list and statistics may take longer with ten times the deliveries. */
const MOST_RATIO = 2;
const WARM_UP_MS = 1_000;

export type ApiBenchOptions = {
  readonly stored: number;
  /** Measures again with so many deliveries; `undefined`: does not. */
  readonly deliveries: number | undefined;
  /** Measures statistics of a year while so many accounts have them; `undefined`: does not. */
  readonly accounts: number | undefined;
  /** For each question. */
  readonly seconds: number;
  readonly print: (line: string) => void;
};

type Result = { readonly answered: readonly Answered[]; readonly faults: readonly string[] };

function slowOf({ what, spread }: Answered): readonly string[] {
  const most = what === 'year' ? MOST_MS_OF_A_YEAR : MOST_MS;
  if (what === 'send' || spread.p99 <= most) return [];
  return [`${what}: p99 ${ms(spread.p99)}, to be below ${most} ms`];
}

async function askAll(
  { dev, databaseUrl }: Product,
  questions: readonly Question[],
  seconds: number,
): Promise<Result> {
  const plans = await openPlanCheck(databaseUrl);
  const answered: Answered[] = [];
  const faults: string[] = [];
  try {
    for (const question of questions) {
      await askFor(dev, question, WARM_UP_MS);
      answered.push(await askFor(dev, question, seconds * 1_000));
      const scanned = await plans.scanned();
      if (question.what === 'send') continue;
      faults.push(...scanned.map((name) => `${question.what}: ${name} was read from end to end`));
    }
  } finally {
    await plans.close();
  }
  return { answered, faults };
}

const describe = (answered: readonly Answered[]): string =>
  table([
    ['', 'requests/s', 'p50', 'p99', 'requests'],
    ...answered.map(({ what, requestsPerSecond, spread, requests }) => [
      what,
      whole(requestsPerSecond),
      ms(spread.p50),
      ms(spread.p99),
      whole(requests),
    ]),
  ]);

type Filling = { readonly count: number; readonly fill: () => Promise<void> };

async function measureAt(
  product: Product,
  { count, fill }: Filling,
  { seconds, print, accounts }: ApiBenchOptions,
): Promise<Result> {
  const startedAt = Date.now();
  await fill();
  print(`\nfilled to ${whole(count)} messages in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const result = await askAll(product, questionsFor(product.dev, count, accounts !== undefined), seconds);
  print(`\nThe API of ${product.name}, ${whole(count)} messages stored\n${describe(result.answered)}`);
  return result;
}

type Grown = { readonly few: readonly Answered[]; readonly many: readonly Answered[] };

function ratiosOf({ few, many }: Grown, print: (line: string) => void): readonly string[] {
  return many.flatMap(({ what, spread }) => {
    const before = few.find((one) => one.what === what)?.spread;
    if (before === undefined) return [];
    const ratio = spread.p50 / before.p50;
    print(`${what}: p50 × ${two(ratio)}, p99 × ${two(spread.p99 / before.p99)}`);
    const isBound = what === 'list' || what === 'stats';
    return isBound && ratio > MOST_RATIO ? [`${what}: × ${two(ratio)}, to be below ${MOST_RATIO}`] : [];
  });
}

async function measureSizes(
  product: Product,
  stored: Stored,
  options: ApiBenchOptions,
): Promise<readonly string[]> {
  const { stored: count, deliveries, print } = options;
  const few = await measureAt(product, { count, fill: () => stored.fillTo(count) }, options);
  const slow = few.answered.flatMap(slowOf);
  if (deliveries === undefined) return [...slow, ...few.faults];
  const filling = { count: deliveries, fill: () => stored.fillBareTo(deliveries) };
  const many = await measureAt(product, filling, options);
  const grown = ratiosOf({ few: few.answered, many: many.answered }, print);
  return [...slow, ...few.faults, ...many.faults, ...grown];
}

/** Returns what missed its mark. */
export async function measureApi(product: Product, options: ApiBenchOptions): Promise<readonly string[]> {
  const { dev, databaseUrl } = product;
  // One delivered message to copy.
  const question = questionsFor(dev, 0, false)[0];
  if (question) await askFor(dev, question, WARM_UP_MS);
  const stored = await openStored(databaseUrl, dev.account.id);
  try {
    if (options.accounts !== undefined)
      await fillStatistics({ databaseUrl, accounts: options.accounts, publicAccountId: dev.account.id });
    const faults = await measureSizes(product, stored, options);
    for (const fault of faults) options.print(`  FAILED: ${fault}`);
    return faults;
  } finally {
    await stored.close();
  }
}
