import { setTimeout as wait } from 'node:timers/promises';
import { type Measure, measure, type Stage, type Work } from './measure.ts';
import { type CpuByName, cpuBetween, type MemoryByName } from './meter/proc-stat.ts';
import { openMeter } from './meter/process-meter.ts';

/** What a system takes of a machine when it does nothing, and the most that it takes under load. */
export type Footprint = {
  readonly system: string;
  /** Milliseconds from the spawn until the system is ready. */
  readonly startMs: number;
  readonly idle: MemoryByName;
  /** The reading with the largest sum while the load ran. */
  readonly peak: MemoryByName;
  /** Per cent of one core, by process. */
  readonly idleCpu: CpuByName;
};

/** V8 gives back the memory of a start in steps while a process is idle, the last of them after about two minutes. */
const SETTLE_MS = 150_000;
const IDLE_MS = 25_000;

/** Per cent of one core. */
export const percentOf = (used: CpuByName, seconds: number): CpuByName =>
  new Map([...used].map(([name, one]) => [name, (one * 100) / seconds]));

async function measureIdleCpu(runTime: () => CpuByName): Promise<CpuByName> {
  const before = runTime();
  const startedAt = performance.now();
  await wait(IDLE_MS);
  const after = runTime();
  return percentOf(cpuBetween(before, after), (performance.now() - startedAt) / 1_000);
}

/** For a system that has just started: idle time, then load. */
export async function measureFootprint(
  stage: Stage,
  work: Work,
): Promise<{ readonly footprint: Footprint; readonly load: Measure }> {
  const { system } = stage;
  const meter = openMeter(system.roots);
  await wait(SETTLE_MS);
  const idleCpu = await measureIdleCpu(meter.runTime);
  const idle = meter.memory();
  const stopWatching = meter.watchMemoryByName();
  const load = await measure(stage, work);
  const peak = stopWatching();
  return { footprint: { system: system.name, startMs: system.startMs, idle, peak, idleCpu }, load };
}
