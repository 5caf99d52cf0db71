import type { Measure } from '../measure.ts';
import { two } from './table.ts';

export const medianOf = (values: readonly number[]): number => {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
};

type Median = { readonly delivered: number; readonly cpu: number; readonly p99: number };

const medianOver = (rounds: readonly Measure[]): Median => ({
  delivered: medianOf(rounds.map(({ deliveredPerSecond }) => deliveredPerSecond)),
  cpu: medianOf(rounds.map(({ cpu }) => cpu)),
  p99: medianOf(rounds.map(({ latency }) => latency.p99)),
});

/** Each system against `baseline` in the same scenario of the same run: the median of all rounds of each. */
export function ratiosTo(baseline: string, measures: readonly Measure[]): readonly string[] {
  const groups = Map.groupBy(measures, ({ scenario, system }) => `${scenario.name}: ${system}`);
  return [...groups].flatMap(([name, ours]) => {
    const scenario = ours[0]?.scenario;
    const isPaced = scenario?.ratePerSecond !== undefined;
    const theirs = groups.get(`${scenario?.name}: ${baseline}`);
    if (!theirs || theirs === ours) return [];
    const [a, b] = [medianOver(ours), medianOver(theirs)];
    // At full speed a latency is the length of the queue, and no figure to compare.
    const p99 = isPaced ? `, with ${two(a.p99 / b.p99)} × the p99` : '';
    return `${name} delivers ${two(a.delivered / b.delivered)} × ${baseline}, for ${two(a.cpu / b.cpu)} × the CPU${p99}`;
  });
}
