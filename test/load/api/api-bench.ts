/** What the API costs while much mail is stored: requests per second, p99, and that no query reads a partition from end to end. */
import { ms, table, whole } from '../report/table.ts';
import { openStored } from '../stored/fill-stored.ts';
import type { Product } from '../systems/product.ts';
import { type Answered, askFor } from './ask.ts';
import { openPlanCheck } from './plan-check.ts';
import { questionsFor } from './questions.ts';

export const STORED = 1_000_000;
/** A list, a search, a recipient or statistics answer at least so fast, in milliseconds, 99 of 100 times. */
const MOST_MS = 50;
const WARM_UP_MS = 1_000;

export type ApiBenchOptions = {
  readonly stored: number;
  /** For each question. */
  readonly seconds: number;
  readonly print: (line: string) => void;
};

type Result = { readonly answered: readonly Answered[]; readonly faults: readonly string[] };

const faultsOf = ({ what, spread }: Answered): readonly string[] =>
  what === 'send' || spread.p99 <= MOST_MS
    ? []
    : [`${what}: p99 ${ms(spread.p99)}, to be below ${MOST_MS} ms`];

async function askAll(
  { dev, databaseUrl }: Product,
  { stored, seconds, print }: ApiBenchOptions,
): Promise<Result> {
  const plans = await openPlanCheck(databaseUrl);
  const answered: Answered[] = [];
  const faults: string[] = [];
  try {
    for (const question of questionsFor(dev, stored)) {
      await askFor(dev, question, WARM_UP_MS);
      const one = await askFor(dev, question, seconds * 1_000);
      const scanned = question.what === 'send' ? [] : await plans.scanned();
      if (question.what === 'send') await plans.scanned();
      if (one === undefined) print(`${question.what}: left out, there is no such operation`);
      else answered.push(one);
      faults.push(
        ...(one ? faultsOf(one) : []),
        ...scanned.map((name) => `${question.what}: ${name} was read from end to end`),
      );
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

/** Returns what missed its mark. */
export async function measureApi(product: Product, options: ApiBenchOptions): Promise<readonly string[]> {
  const { dev, databaseUrl } = product;
  const { stored: count, print } = options;
  // One delivered message to copy.
  const question = questionsFor(dev, 0)[0];
  if (question) await askFor(dev, question, WARM_UP_MS);
  const stored = await openStored(databaseUrl, dev.account.id);
  const startedAt = Date.now();
  try {
    await stored.fillTo(count);
  } finally {
    await stored.close();
  }
  print(`\nfilled to ${whole(count)} messages in ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const { answered, faults } = await askAll(product, options);
  print(`\nThe API of ${product.name}, ${whole(count)} messages stored\n${describe(answered)}`);
  for (const fault of faults) print(`  FAILED: ${fault}`);
  return faults;
}
