/** Reads a V8 CPU profile: the time inside each function itself, over all of its calls. */
export type CpuProfile = {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};
type ProfileNode = {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
};

export type Cost = { readonly where: string; readonly share: number };

/** Frames that are no function of the program. */
const resting = new Set(['(idle)', '(program)', '(root)']);

const shortened = (url: string): string =>
  url.replace(/^file:\/\//, '').replace(/^.*?\/(?=(?:node_modules|apps|packages)\/)/, '');

const whereOf = ({ functionName, url, lineNumber }: ProfileNode['callFrame']): string =>
  url === '' ? functionName : `${functionName || '(anonymous)'} ${shortened(url)}:${lineNumber + 1}`;

/** The app whose main.ts is in a profile; `host` when there are several. */
export function appOf({ nodes }: CpuProfile): string | undefined {
  const found = nodes.map(({ callFrame }) => /apps\/([\w-]+)\/src\/main\.ts$/.exec(callFrame.url)?.[1]);
  const [app, ...others] = new Set(found.filter((name) => name !== undefined));
  return others.length > 0 ? 'host' : app;
}

/** Seconds on the CPU, and the functions that took most of them. */
export function topCosts(profile: CpuProfile, most: number) {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const micros = new Map<string, number>();
  for (const [index, id] of profile.samples.entries()) {
    const frame = frames.get(id);
    if (!frame || resting.has(frame.functionName)) continue;
    const where = whereOf(frame);
    micros.set(where, (micros.get(where) ?? 0) + (profile.timeDeltas[index] ?? 0));
  }
  const total = [...micros.values()].reduce((sum, time) => sum + time, 0);
  const costs: readonly Cost[] = [...micros]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, most)
    .map(([where, time]) => ({ where, share: time / total }));
  return { seconds: total / 1e6, costs };
}
