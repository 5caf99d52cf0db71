import { readdirSync, readFileSync } from 'node:fs';
import {
  type CpuByName,
  cpuByNameOf,
  type ProcessStat,
  parseOwn,
  parsePss,
  parseRss,
  parseStat,
  processName,
  treeOf,
} from './proc-stat.ts';

/** CPU and memory of a system's processes, from outside. Zero where there is no /proc. */
export type Meter = {
  cpu(): CpuByName;
  /**
   * Starts sampling; the answer stops it and tells the largest sum, in bytes. Shared memory is looked at once, at the end: that
   * walks page tables, which takes the cores from what is measured for a tenth of a second. In between, what each has of its own.
   */
  watchMemory(): () => number;
};

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

const ownMemoryOf = (pid: number): number => parseOwn(read(`/proc/${pid}/statm`) ?? '');

const sumOver = (tree: readonly ProcessStat[], of: (pid: number) => number): number =>
  tree.reduce((sum, { pid }) => sum + of(pid), 0);

export function openMeter(roots: readonly number[]): Meter {
  const isLinux = process.platform === 'linux';
  const tree = (): readonly ProcessStat[] => (isLinux ? treeOf(listProcesses(), roots) : []);
  return {
    cpu: () => cpuByNameOf(tree(), ({ pid, name }) => processName(read(`/proc/${pid}/cmdline`) ?? '', name)),
    watchMemory() {
      let peak = 0;
      const look = (): number => {
        const own = sumOver(tree(), ownMemoryOf);
        peak = Math.max(peak, own);
        return own;
      };
      look();
      const timer = setInterval(look, MEMORY_EVERY_MS).unref();
      return () => {
        clearInterval(timer);
        const atEnd = look();
        return sumOver(tree(), memoryOf) + peak - atEnd;
      };
    },
  };
}
