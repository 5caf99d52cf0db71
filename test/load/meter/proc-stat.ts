/** One reading of proc(5). */
export type ProcessStat = {
  readonly pid: number;
  readonly parent: number;
  readonly name: string;
  /** CPU time of the process itself, in clock ticks. */
  readonly ticks: number;
  /** CPU time of its children that ended and were waited for, in clock ticks. */
  readonly childTicks: number;
};

/** USER_HZ, 100 on every architecture of Linux that Node runs on. */
export const TICKS_PER_SECOND = 100;

/** Reads `/proc/<pid>/stat`. The name in brackets may itself hold spaces and brackets. */
export function parseStat(text: string): ProcessStat {
  const open = text.indexOf('(');
  const close = text.lastIndexOf(')');
  const fields = text.slice(close + 2).split(' ');
  // After the name: state ppid … utime(11) stime(12) cutime(13) cstime(14), counted from the state.
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return {
    pid: Number(text.slice(0, open)),
    parent: Number(fields[1]),
    name: text.slice(open + 1, close),
    ticks: user + system,
    childTicks: childUser + childSystem,
  };
}

/** Seconds on the CPU in `/proc/<pid>/task/<tid>/schedstat`. Its unit is the nanosecond, so it also shows an idle process. */
export const parseRunTime = (text: string): number => Number(text.split(' ')[0]) / 1e9;

const bytesOf = (text: string, field: string): number | undefined => {
  const kibibytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
};

/** Memory of one process, in bytes. */
export type ProcessMemory = {
  /** Proportional set size: a page that n processes share counts 1/n in each. */
  readonly pss: number;
  /** The anonymous part of it: heap, stacks and code that this process generated. */
  readonly anonymous: number;
};

/** Reads `/proc/<pid>/smaps_rollup`. `undefined`: the kernel gave nothing to read. */
export function parseMemory(text: string): ProcessMemory | undefined {
  const pss = bytesOf(text, 'Pss');
  return pss === undefined ? undefined : { pss, anonymous: bytesOf(text, 'Pss_Anon') ?? 0 };
}

/** The resident set in `/proc/<pid>/status`, in bytes, for where smaps_rollup may not be read. */
export const parseRss = (text: string): number => bytesOf(text, 'VmRSS') ?? 0;

const PAGE_BYTES = 4_096;

/** The memory that a process shares with no other, from `/proc/<pid>/statm`, in bytes. The kernel reads it from counters. */
export function parseOwn(text: string): number {
  const [, resident = 0, shared = 0] = text.split(' ').map(Number);
  return (resident - shared) * PAGE_BYTES;
}

/** The roots and all processes that descend from them. */
export function treeOf(stats: readonly ProcessStat[], roots: readonly number[]): readonly ProcessStat[] {
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const below = (pid: number): readonly ProcessStat[] =>
    (children.get(pid) ?? []).flatMap((child) => [child, ...below(child.pid)]);
  const present = stats.filter(({ pid }) => roots.includes(pid));
  return present.flatMap((root) => [root, ...below(root.pid)]);
}

/**
 * CPU seconds of the tree since its beginning. The time of a PostgreSQL backend that ended is in the figure of the postmaster
 * that waited for it, so no time is lost when processes come and go.
 */
export const cpuSecondsOf = (tree: readonly ProcessStat[]): number =>
  tree.reduce((sum, { ticks, childTicks }) => sum + ticks + childTicks, 0) / TICKS_PER_SECOND;

/** Seconds by the name of the process. */
export type CpuByName = ReadonlyMap<string, number>;

export const totalOf = (cpu: CpuByName): number => [...cpu.values()].reduce((sum, value) => sum + value, 0);

/** What was used between two readings. */
export const cpuBetween = (before: CpuByName, after: CpuByName): CpuByName =>
  new Map([...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));

/** All processes of one name. */
export type NamedMemory = ProcessMemory & { readonly processes: number };
export type MemoryByName = ReadonlyMap<string, NamedMemory>;

/** Adds up what has the same name. */
export function memoryByNameOf(
  readings: readonly (ProcessMemory & { readonly name: string })[],
): MemoryByName {
  const byName = Map.groupBy(readings, ({ name }) => name);
  return new Map(
    [...byName].map(([name, all]) => [
      name,
      {
        processes: all.length,
        pss: all.reduce((sum, { pss }) => sum + pss, 0),
        anonymous: all.reduce((sum, { anonymous }) => sum + anonymous, 0),
      },
    ]),
  );
}

export const pssOf = (memory: MemoryByName): number =>
  [...memory.values()].reduce((sum, { pss }) => sum + pss, 0);

/** The apps that one process of the product runs: `host` when there are several. */
function hostedIn(commandLine: string): string | undefined {
  const [, given] = /\/apps\/cli\/src\/host\.ts\0(.*)/s.exec(commandLine) ?? [];
  const [app, ...others] = given?.split('\0').filter((argument) => argument !== '') ?? [];
  return others.length > 0 ? 'host' : app?.split('=')[0];
}

/** An app of the product and Haraka have their own names. Any other process has that of its program. */
export function processName(commandLine: string, program: string): string {
  const app =
    /\/apps\/([\w-]+)\/(?:src\/main\.ts|bin\/waybill\.mjs)/.exec(commandLine)?.[1] ?? hostedIn(commandLine);
  if (app !== undefined) return app;
  if (/\/Haraka\/(bin\/haraka|haraka\.js)\0/.test(commandLine)) return 'haraka';
  // What Node calls its main thread, and with it the process.
  return program === 'MainThread' ? 'node' : program;
}
