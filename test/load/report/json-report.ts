import { cpus } from 'node:os';
import type { Footprint } from '../footprint.ts';
import type { Measure } from '../measure.ts';
import { footprintJson } from './footprint-report.ts';
import { failuresOf } from './report.ts';

const measureJson = (measure: Measure) => ({
  scenario: measure.scenario.name,
  system: measure.system,
  acceptedPerSecond: measure.acceptedPerSecond,
  deliveredPerSecond: measure.deliveredPerSecond,
  latencyMs: measure.latency,
  cpuSecondsPerThousand: measure.cpu,
  cpuByProcess: Object.fromEntries(measure.cpuByName),
  peakBytes: measure.peakMemory,
  accepted: measure.account.accepted,
  delivered: measure.account.delivered,
  lost: measure.account.lost.length,
  duplicated: measure.account.duplicated.length,
  failures: failuresOf(measure),
});

export type Results = { readonly measures: readonly Measure[]; readonly footprints: readonly Footprint[] };

/** Everything that a run measured, in the order in which it was measured. */
export const jsonReport = ({ measures, footprints }: Results, at: Date) => ({
  at: at.toISOString(),
  node: process.version,
  cores: cpus().length,
  measures: measures.map(measureJson),
  footprints: footprints.map(footprintJson),
});
