import type { Footprint } from '../footprint.ts';
import { type CpuByName, type MemoryByName, pssOf, totalOf } from '../meter/proc-stat.ts';
import { mib, table, two } from './table.ts';

const seconds = (milliseconds: number): string => `${(milliseconds / 1_000).toFixed(1)} s`;

const anonymousOf = (memory: MemoryByName): number =>
  [...memory.values()].reduce((sum, { anonymous }) => sum + anonymous, 0);

/** The largest at the peak first. */
const namesOf = ({ idle, peak }: Footprint): readonly string[] =>
  [...new Set([...peak.keys(), ...idle.keys()])].toSorted(
    (a, b) => (peak.get(b)?.pss ?? 0) - (peak.get(a)?.pss ?? 0),
  );

/** One row for each name of a process, and the sum. MiB are proportional set sizes. */
export function describeFootprint(footprint: Footprint): string {
  const { system, startMs, idle, peak, idleCpu } = footprint;
  const row = (name: string): readonly string[] => {
    const now = idle.get(name);
    const most = peak.get(name);
    return [
      `  ${name}`,
      `${now?.processes ?? 0} → ${most?.processes ?? 0}`,
      mib(now?.pss ?? 0),
      mib(now?.anonymous ?? 0),
      mib(most?.pss ?? 0),
      mib(most?.anonymous ?? 0),
      two(idleCpu.get(name) ?? 0),
    ];
  };
  return [
    `${system} · footprint: ready after ${seconds(startMs)}`,
    table([
      ['  process', 'processes', 'idle MiB', 'of it anonymous', 'peak MiB', 'of it anonymous', 'idle CPU %'],
      ...namesOf(footprint).map(row),
      [
        '  sum',
        '',
        mib(pssOf(idle)),
        mib(anonymousOf(idle)),
        mib(pssOf(peak)),
        mib(anonymousOf(peak)),
        two(totalOf(idleCpu)),
      ],
    ]),
  ].join('\n');
}

export const footprintSummary = (footprints: readonly Footprint[]): string =>
  table([
    ['system', 'ready', 'idle MiB', 'peak MiB', 'idle CPU %'],
    ...footprints.map(({ system, startMs, idle, peak, idleCpu }) => [
      system,
      seconds(startMs),
      mib(pssOf(idle)),
      mib(pssOf(peak)),
      two(totalOf(idleCpu)),
    ]),
  ]);

const memoryJson = (memory: MemoryByName) => ({
  bytes: pssOf(memory),
  anonymousBytes: anonymousOf(memory),
  byProcess: Object.fromEntries(memory),
});

const cpuJson = (cpu: CpuByName) => ({ percent: totalOf(cpu), byProcess: Object.fromEntries(cpu) });

/** The same figures as JSON: bytes, milliseconds, per cent of one core. */
export const footprintJson = ({ system, startMs, idle, peak, idleCpu }: Footprint) => ({
  system,
  startMs: Math.round(startMs),
  idle: memoryJson(idle),
  peak: memoryJson(peak),
  idleCpu: cpuJson(idleCpu),
});
