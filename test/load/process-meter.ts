import { readdirSync, readFileSync } from 'node:fs';
import {
  type CpuByName,
  cpuByNameOf,
  type ProcessStat,
  parsePss,
  parseRss,
  parseStat,
  processName,
  treeOf,
} from './proc-stat.ts';

/** CPU and memory of a system's processes, from outside. Zero where there is no /proc. */
export type Meter = {
  cpu(): CpuByName;
  /** Starts sampling; the answer stops it and tells the largest sum seen, in octets. */
  watchMemory(): () => number;
};

// Reading smaps_rollup walks page tables: rarely enough not to disturb what is measured.
const MEMORY_EVERY_MS = 1_000;

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // It ended between the listing and the reading.
  }
}

function listProcesses(): readonly ProcessStat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => read(`/proc/${pid}/stat`))
    .filter((text) => text !== undefined)
    .map(parseStat);
}

const memoryOf = (pid: number): number =>
  parsePss(read(`/proc/${pid}/smaps_rollup`) ?? '') ?? parseRss(read(`/proc/${pid}/status`) ?? '');

export function openMeter(roots: readonly number[]): Meter {
  const isLinux = process.platform === 'linux';
  const tree = (): readonly ProcessStat[] => (isLinux ? treeOf(listProcesses(), roots) : []);
  return {
    cpu: () => cpuByNameOf(tree(), ({ pid, name }) => processName(read(`/proc/${pid}/cmdline`) ?? '', name)),
    watchMemory() {
      let peak = 0;
      const look = (): void => {
        peak = Math.max(
          peak,
          tree().reduce((sum, { pid }) => sum + memoryOf(pid), 0),
        );
      };
      look();
      const timer = setInterval(look, MEMORY_EVERY_MS).unref();
      return () => {
        clearInterval(timer);
        look();
        return peak;
      };
    },
  };
}
