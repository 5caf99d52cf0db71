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
  readonly closeWithinMs?: number;
};

/** Runs one app as this process, until it is stopped. Throws when the settings are wrong. */
export function runApp(
  { name, open, closeWithinMs }: App,
  process: ProcessLike & { readonly env: Env },
): void {
  const config = loadConfig(process.env);
  const log = openLog({ level: config.LOG_LEVEL, name });
  runUntilStopped({
    name,
    log,
    process,
    open: () => open({ config, log, metrics: openMetrics(name) }),
    ...(closeWithinMs === undefined ? {} : { closeWithinMs }),
  });
}
