import { readdirSync, readFileSync } from 'node:fs';
import {
  type CpuByName,
  cpuSecondsOf,
  type MemoryByName,
  memoryByNameOf,
  type ProcessMemory,
  type ProcessStat,
  parseMemory,
  parseOwn,
  parseRss,
  parseRunTime,
  parseStat,
  processName,
  pssOf,
  TICKS_PER_SECOND,
  treeOf,
} from './proc-stat.ts';

/** CPU and memory of a system's processes, read from outside. Empty where there is no /proc. */
export type Meter = {
  /** Seconds since the start of each process, in steps of 10 ms. */
  cpu(): CpuByName;
  /** The same in nanoseconds, for processes that are idle. Time of threads that ended is missing. */
  runTime(): CpuByName;
  /** A walk over all page tables: about a tenth of a second of CPU. */
  memory(): MemoryByName;
  /**
   * Starts sampling; the returned function stops it and gives the largest sum, in bytes. It reads shared memory once, at the end,
   * since that takes CPU from what is measured. In between it reads what each process shares with no other.
   */
  watchMemory(): () => number;
  /** Starts sampling all memory; the returned function stops it and gives the reading with the largest sum. */
  watchMemoryByName(): () => MemoryByName;
};

const OWN_MEMORY_EVERY_MS = 1_000;
const ALL_MEMORY_EVERY_MS = 2_000;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
}

const numbersIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return []; // As above.
  }
};

const listProcesses = (): readonly ProcessStat[] =>
  numbersIn('/proc')
    .map((pid) => read(`/proc/${pid}/stat`))
    .filter((text) => text !== undefined)
    .map(parseStat);

const memoryOf = (pid: number): ProcessMemory =>
  parseMemory(read(`/proc/${pid}/smaps_rollup`) ?? '') ?? {
    pss: parseRss(read(`/proc/${pid}/status`) ?? ''),
    anonymous: 0,
  };

const ownMemoryOf = (pid: number): number => parseOwn(read(`/proc/${pid}/statm`) ?? '');

/** Of all threads, and of the children that ended. A kernel without schedstat counts in ticks. */
function runTimeOf({ pid, ticks, childTicks }: ProcessStat): number {
  const threads = numbersIn(`/proc/${pid}/task`)
    .map((thread) => read(`/proc/${pid}/task/${thread}/schedstat`))
    .filter((text) => text !== undefined);
  const own = threads.reduce((sum, text) => sum + parseRunTime(text), 0);
  return childTicks / TICKS_PER_SECOND + (threads.length === 0 ? ticks / TICKS_PER_SECOND : own);
}

/** Calls `sample` now and every so many milliseconds; the returned function samples once more and stops. */
function repeat(sample: () => void, everyMs: number): () => void {
  sample();
  const timer = setInterval(sample, everyMs).unref();
  return () => {
    clearInterval(timer);
    sample();
  };
}

export function openMeter(roots: readonly number[]): Meter {
  const isLinux = process.platform === 'linux';
  const tree = (): readonly ProcessStat[] => (isLinux ? treeOf(listProcesses(), roots) : []);
  const nameOf = ({ pid, name }: ProcessStat): string =>
    processName(read(`/proc/${pid}/cmdline`) ?? '', name);
  const byName = (secondsOf: (processes: readonly ProcessStat[]) => number): CpuByName =>
    new Map([...Map.groupBy(tree(), nameOf)].map(([name, processes]) => [name, secondsOf(processes)]));
  const memory = (): MemoryByName =>
    memoryByNameOf(tree().map((stat) => ({ name: nameOf(stat), ...memoryOf(stat.pid) })));
  return {
    cpu: () => byName(cpuSecondsOf),
    runTime: () => byName((processes) => processes.reduce((sum, stat) => sum + runTimeOf(stat), 0)),
    memory,
    watchMemory() {
      let own = 0;
      let peak = 0;
      const stop = repeat(() => {
        own = tree().reduce((sum, { pid }) => sum + ownMemoryOf(pid), 0);
        peak = Math.max(peak, own);
      }, OWN_MEMORY_EVERY_MS);
      return () => {
        stop();
        return pssOf(memory()) + peak - own;
      };
    },
    watchMemoryByName() {
      let peak: MemoryByName = new Map();
      const stop = repeat(() => {
        const now = memory();
        if (pssOf(now) > pssOf(peak)) peak = now;
      }, ALL_MEMORY_EVERY_MS);
      return () => {
        stop();
        return peak;
      };
    },
  };
}
