import type { Measure } from '../measure.ts';
import { mib, ms, table, two, whole } from './table.ts';

/** Everything that makes a run a failure. */
export function failuresOf({ account, faults, sent, unfinished }: Measure): readonly string[] {
  return [
    account.accepted === 0 ? `nothing was accepted: ${sent.trouble ?? 'no reply was read'}` : undefined,
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

const troubleOf = ({ sent, account }: Measure): string => {
  const counts = [
    sent.refused > 0 ? `${sent.refused} refused` : undefined,
    sent.broken > 0 ? `${sent.broken} connections broken` : undefined,
    account.unanswered > 0 ? `${account.unanswered} arrived without an answer` : undefined,
  ].filter((count) => count !== undefined);
  return counts.length === 0 ? '' : ` · ${counts.join(', ')} (${sent.trouble?.split('\n')[0]})`;
};

/** By process, the largest first; what is below 0.01 s is left out. */
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
      `peak memory ${mib(measure.peakMemory)} MiB`,
    `  of it ${parts(measure)}`,
    `  ${whole(account.accepted)} accepted, ${whole(account.delivered)} arrived, ${account.lost.length} lost, ` +
      `${account.duplicated.length} duplicated · ${verified} of ${measure.sampled} samples verify${troubleOf(measure)}`,
    ...failuresOf(measure).map((failure) => `  FAILED: ${failure}`),
  ].join('\n');
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
      mib(one.peakMemory),
      String(one.account.lost.length),
      String(one.account.duplicated.length),
    ]),
  ]);
