/** Which port each process of a `waybill start` opens, before any of them is started. */
import type { Config } from '@waybill/io/config/config';
import type { Process } from '../supervisor.ts';

/** `setting` is where the operator changes the port. */
export type Listener = {
  readonly process: string;
  readonly setting: string;
  readonly host: string;
  readonly port: number;
};

const smtpSettings = [
  'SMTP_RELAY_PORT',
  'SMTP_RETURN_PATH_PORT',
  'SMTP_SUBMISSION_PORT',
  'SMTP_SUBMISSIONS_PORT',
  'SMTP_ALTERNATE_PORT',
  'SMTP_CLEARTEXT_PORT',
] as const;

function smtpListeners(config: Config, process: string): readonly Listener[] {
  const shares = config.SMTP_RELAY_PORT === config.SMTP_RETURN_PATH_PORT;
  return smtpSettings
    .filter((setting) => !(shares && setting === 'SMTP_RETURN_PATH_PORT'))
    .flatMap((setting) => {
      const port = config[setting];
      return port === undefined ? [] : [{ process, setting, host: config.SMTP_BIND, port }];
    });
}

const mainListeners: Readonly<
  Partial<Record<Process['app'], (config: Config, process: string) => readonly Listener[]>>
> = {
  ingress: smtpListeners,
  api: (config, process) => [{ process, setting: 'API_PORT', host: config.API_BIND, port: config.API_PORT }],
  tracker: (config, process) => [
    { process, setting: 'TRACKER_PORT', host: config.TRACKER_BIND, port: config.TRACKER_PORT },
  ],
};

/** The first process has `METRICS_PORT`, each other one the next number; 0 takes any free port for each. */
export function metricsPorts(
  { METRICS_PORT: first }: Pick<Config, 'METRICS_PORT'>,
  processes: readonly Process[],
): Readonly<Record<string, number>> {
  const watched = processes.filter(({ app }) => app !== 'sandbox');
  if (first === undefined) return {};
  const last = first + watched.length - 1;
  if (first !== 0 && last > 65_535)
    throw new Error(
      `METRICS_PORT=${first} is too high: ${watched.length} processes need ports up to ${last}`,
    );
  return Object.fromEntries(watched.map(({ name }, index) => [name, first === 0 ? 0 : first + index]));
}

export function listenersOf(config: Config, processes: readonly Process[]): readonly Listener[] {
  const metrics = Object.entries(metricsPorts(config, processes)).map(([process, port]) => ({
    process,
    setting: 'METRICS_PORT',
    host: config.METRICS_BIND,
    port,
  }));
  return [...processes.flatMap(({ app, name }) => mainListeners[app]?.(config, name) ?? []), ...metrics];
}
