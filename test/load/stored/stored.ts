import { type Measure, measure, type Stage } from '../measure.ts';
import { table } from '../report/table.ts';
import { small } from '../scenarios.ts';
import type { Product } from '../systems/product.ts';
import { openStored } from './fill-stored.ts';
import { type ListLatency, listLatencies } from './list-latency.ts';

/** What stored mail costs: accepting and listing over few messages and over many. */
export type AtSize = {
  readonly stored: number;
  readonly accept: Measure;
  readonly lists: readonly ListLatency[];
};

export const FEW = 10_000;

export type StoredOptions = {
  readonly most: number;
  readonly messages: number;
  readonly seconds: number;
  /** The first number that no scenario has used. */
  readonly first: number;
  readonly print: (line: string) => void;
};

export async function measureStored(
  stage: Stage & { readonly system: Product },
  options: StoredOptions,
): Promise<readonly AtSize[]> {
  const { dev, databaseUrl } = stage.system;
  const stored = await openStored(databaseUrl, dev.account.id);
  const sizes: AtSize[] = [];
  let first = options.first;
  try {
    for (const count of [FEW, options.most]) {
      const startedAt = Date.now();
      await stored.fillTo(count);
      options.print(
        `\nfilled to ${count} stored messages in ${Math.round((Date.now() - startedAt) / 1_000)} s`,
      );
      const range = { first, count: options.messages };
      const lists = await listLatencies(dev);
      const accept = await measure(stage, { scenario: small, range, seconds: options.seconds });
      sizes.push({ stored: count, accept, lists });
      first += options.messages;
    }
  } finally {
    await stored.close();
  }
  return sizes;
}

const ms = (value: number): string => `${value.toFixed(1)} ms`;

export function describeStored(sizes: readonly AtSize[]): string {
  const [few] = sizes;
  const head = ['', ...sizes.map(({ stored }) => `at ${stored.toLocaleString('en-US')}`)];
  const row = (what: string, cell: (size: AtSize) => string): readonly string[] => [what, ...sizes.map(cell)];
  return table([
    head,
    row('accepted/s', ({ accept }) => accept.acceptedPerSecond.toFixed(0)),
    row('delivered/s', ({ accept }) => accept.deliveredPerSecond.toFixed(0)),
    row('CPU s per 1,000', ({ accept }) => accept.cpu.toFixed(2)),
    ...[...(few?.accept.cpuByName.keys() ?? [])].map((name) =>
      row(`of it ${name}`, ({ accept }) => (accept.cpuByName.get(name) ?? 0).toFixed(2)),
    ),
    ...(few?.lists ?? []).map(({ what }, index) =>
      row(`list ${what}`, ({ lists }) => {
        const list = lists[index];
        return list ? `${list.rows} in p50 ${ms(list.spread.p50)}, p99 ${ms(list.spread.p99)}` : '';
      }),
    ),
  ]);
}
