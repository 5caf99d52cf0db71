/** What proc(5) tells of a process. Times include those of its children that ended and were waited for. */
export type ProcessStat = {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  readonly ticks: number;
};

/** USER_HZ, 100 on every architecture of Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** Reads `/proc/<pid>/stat`. The name in brackets may itself hold spaces and brackets. */
export function parseStat(text: string): ProcessStat {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  // After the name: state ppid … utime(11) stime(12) cutime(13) cstime(14), counted from the state.
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(fields[1]),
    name: text.slice(open + 1, close),
    ticks,
  };
}

/** The proportional set size in `/proc/<pid>/smaps_rollup`, in bytes: shared memory counts once over all who share it. */
export function parsePss(text: string): number | undefined {
  const kibibytes = /^Pss:\s+(\d+) kB$/m.exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** The resident set in `/proc/<pid>/status`, in bytes, for where smaps_rollup may not be read. */
export function parseRss(text: string): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
}

const PAGE_BYTES = 4_096;

/** What a process has resident for itself alone, from `/proc/<pid>/statm`, in bytes: counters that cost nothing to read. */
export function parseOwn(text: string): number {
  const [, resident = 0, shared = 0] = text.split(' ').map(Number);
  return (resident - shared) * PAGE_BYTES;
}

/** The roots and all that descend from them. */
export function treeOf(stats: readonly ProcessStat[], roots: readonly number[]): readonly ProcessStat[] {
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const below = (pid: number): readonly ProcessStat[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  const present = stats.filter(({ pid }) => roots.includes(pid));
  return present.flatMap((root) => [root, ...below(root.pid)]);
}

/**
 * CPU seconds of the tree since its beginning. A PostgreSQL backend that ended is in the figure of the postmaster that
 * waited for it, so nothing is lost when processes come and go.
 */
export const cpuSecondsOf = (tree: readonly ProcessStat[]): number =>
  tree.reduce((sum, { ticks }) => sum + ticks, 0) / TICKS_PER_SECOND;

/** Seconds by what the processes are called. */
export type CpuByName = ReadonlyMap<string, number>;

export const cpuByNameOf = (tree: readonly ProcessStat[], nameOf: (stat: ProcessStat) => string): CpuByName =>
  new Map([...Map.groupBy(tree, nameOf)].map(([name, processes]) => [name, cpuSecondsOf(processes)]));

export const totalOf = (cpu: CpuByName): number => [...cpu.values()].reduce((sum, value) => sum + value, 0);

/** What was used between two readings. */
export const cpuBetween = (before: CpuByName, after: CpuByName): CpuByName =>
  new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));

/** A Node process is called by its app, everything else by its program. */
export const processName = (commandLine: string, program: string): string =>
  /\/apps\/([\w-]+)\/src\/main\.ts/.exec(commandLine)?.[1] ?? program;
