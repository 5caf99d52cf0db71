import type { Measure } from './measure.ts';

/** Everything that makes a run a failure. */
export function failuresOf({ account, faults, sent, unfinished }: Measure): readonly string[] {
  return [
    account.accepted === 0 ? `nothing was accepted: ${sent.trouble ?? 'no reason heard'}` : undefined,
    account.lost.length > 0
      ? `${account.lost.length} LOST, such as number ${account.lost.slice(0, 5).join(', ')}${unfinished ? ` (${unfinished})` : ''}`
      : undefined,
    account.duplicated.length > 0
      ? `${account.duplicated.length} DUPLICATED, such as number ${account.duplicated.slice(0, 5).join(', ')}`
      : undefined,
    faults.length > 0
      ? `${faults.length} faults in samples, such as ${faults.slice(0, 3).join('; ')}`
      : undefined,
  ].filter((failure) => failure !== undefined);
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const two = (value: number): string => value.toFixed(2);
const ms = (value: number): string => `${value < 100 ? value.toFixed(1) : whole(value)} ms`;

const troubleOf = ({ sent, account }: Measure): string => {
  const counts = [
    sent.refused > 0 ? `${sent.refused} refused` : undefined,
    sent.broken > 0 ? `${sent.broken} connections broken` : undefined,
    account.unanswered > 0 ? `${account.unanswered} arrived without an answer` : undefined,
  ].filter((count) => count !== undefined);
  return counts.length === 0 ? '' : ` · ${counts.join(', ')} (${sent.trouble?.split('\n')[0]})`;
};

/** Who used it, the greatest first; what is under a hundredth is left out. */
const parts = ({ cpuByName }: Measure): string =>
  [...cpuByName]
    .filter(([, seconds]) => seconds >= 0.01)
    .toSorted(([, a], [, b]) => b - a)
    .map(([name, seconds]) => `${name} ${two(seconds)}`)
    .join(', ');

export function describe(measure: Measure): string {
  const { account, latency, scenario } = measure;
  const verified = measure.sampled - new Set(measure.faults.map((fault) => fault.split(':')[0])).size;
  return [
    `${measure.system} · ${scenario.name}: ${scenario.about}`,
    `  accepted ${whole(measure.acceptedPerSecond)}/s · delivered ${whole(measure.deliveredPerSecond)}/s · ` +
      `accept → delivered p50 ${ms(latency.p50)}, p95 ${ms(latency.p95)}, p99 ${ms(latency.p99)}`,
    `  CPU ${two(measure.cpu)} s per 1,000 (generator and sink apart: ${two(measure.ownCpu)}) · ` +
      `peak memory ${whole(measure.peakMemory / 2 ** 20)} MiB`,
    `  of it ${parts(measure)}`,
    `  ${whole(account.accepted)} accepted, ${whole(account.delivered)} arrived, ${account.lost.length} lost, ` +
      `${account.duplicated.length} duplicated · ${verified} of ${measure.sampled} samples verify${troubleOf(measure)}`,
    ...failuresOf(measure).map((failure) => `  FAILED: ${failure}`),
  ].join('\n');
}

/** One line a row, columns by width. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const summary = (measures: readonly Measure[]): string =>
  table([
    [
      'scenario',
      'system',
      'accepted/s',
      'delivered/s',
      'p50',
      'p95',
      'p99',
      'CPU s/1,000',
      'MiB',
      'lost',
      'dup',
    ],
    ...measures.map((one) => [
      one.scenario.name,
      one.system,
      whole(one.acceptedPerSecond),
      whole(one.deliveredPerSecond),
      ms(one.latency.p50),
      ms(one.latency.p95),
      ms(one.latency.p99),
      two(one.cpu),
      whole(one.peakMemory / 2 ** 20),
      String(one.account.lost.length),
      String(one.account.duplicated.length),
    ]),
  ]);

/** What the peer did in the same run, beside each of ours. */
export function ratios(measures: readonly Measure[], peer: string): readonly string[] {
  return measures
    .filter(({ system }) => system !== peer)
    .flatMap((ours) => {
      const theirs = measures.find(
        ({ system, scenario }) => system === peer && scenario.name === ours.scenario.name,
      );
      if (!theirs) return [];
      const rate = ours.deliveredPerSecond / theirs.deliveredPerSecond;
      return `${ours.scenario.name}: ${ours.system} delivers ${two(rate)} × ${peer}, for ${two(ours.cpu / theirs.cpu)} × the CPU`;
    });
}
