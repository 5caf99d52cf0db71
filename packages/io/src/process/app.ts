import { type Config, type Env, loadConfig } from '../config/config.ts';
import { type Log, openLog } from '../log/log.ts';
import { type Metrics, openMetrics } from '../metrics/metrics.ts';
import { type Opened, type ProcessLike, runUntilStopped } from './lifecycle.ts';

/** What each app gets: its settings, its log and its metrics. */
export type Setup = { readonly config: Config; readonly log: Log; readonly metrics: Metrics };

/** An app as its `main.ts` exports it. */
export type App = {
  readonly name: string;
  /** Opens all parts. An error ends the process with code 1. */
  readonly open: (setup: Setup) => Promise<Opened>;
};

/** An app that is loaded when its turn comes, and the environment that its settings are read from. */
export type HostedApp = { readonly name: string; readonly load: () => Promise<App>; readonly env: Env };

/** How long a process may take to close. The ingress lets transactions end for 20 s of it. The supervisor kills after 30 s. */
const CLOSE_MS = 28_000;

function setupOf({ name, env }: HostedApp): Setup {
  const config = loadConfig(env);
  return { config, log: openLog({ level: config.LOG_LEVEL, name }), metrics: openMetrics(name) };
}

/** The ports of several apps. Each app has a metrics port, so that gets the name of the app. */
const portsOf = (names: readonly string[], apps: readonly Opened[]): Readonly<Record<string, number>> =>
  Object.fromEntries(
    apps.flatMap(({ ports = {} }, index) =>
      Object.entries(ports).map(([port, number]) => [
        port === 'metrics' ? `${names[index]}_metrics` : port,
        number,
      ]),
    ),
  );

/**
 * Runs several apps as this process, until it is stopped. They are loaded and opened one after another, so that a first one, which takes mail,
 * does not wait for the modules of the others. An uncaught error in one of them ends them all. ADR 33.
 */
export function runApps(hosted: readonly HostedApp[], process: ProcessLike): void {
  const apps = hosted.map((one) => ({ ...one, setup: setupOf(one) }));
  const [first] = apps;
  if (first === undefined) throw new Error('No app is named');
  const isAlone = apps.length === 1;
  const name = isAlone ? first.name : 'host';
  runUntilStopped({
    name,
    log: isAlone ? first.setup.log : openLog({ level: first.setup.config.LOG_LEVEL, name }),
    process,
    open: async () => {
      const opened: Opened[] = [];
      for (const { load, setup } of apps) opened.push(await (await load()).open(setup));
      const names = apps.map((app) => app.name);
      return {
        ports: isAlone ? (opened[0]?.ports ?? {}) : portsOf(names, opened),
        closers: [],
        apps: opened,
      };
    },
    closeWithinMs: CLOSE_MS,
  });
}

/** Runs one app as this process, until it is stopped. Throws when the settings are wrong. */
export const runApp = (app: App, process: ProcessLike & { readonly env: Env }): void =>
  runApps([{ name: app.name, load: async () => app, env: process.env }], process);
