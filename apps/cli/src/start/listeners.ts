/** Which port each instance of a `waybill start` opens, before any of them is started. */
import type { Config } from '@waybill/io/config/config';
import type { Instance } from '../processes.ts';

/** `setting` is the setting of the port. */
export type Listener = {
  readonly instance: string;
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

function smtpListeners(config: Config, instance: string): readonly Listener[] {
  const shares = config.SMTP_RELAY_PORT === config.SMTP_RETURN_PATH_PORT;
  return smtpSettings
    .filter((setting) => !(shares && setting === 'SMTP_RETURN_PATH_PORT'))
    .flatMap((setting) => {
      const port = config[setting];
      return port === undefined ? [] : [{ instance, setting, host: config.SMTP_BIND, port }];
    });
}

const mainListeners: Readonly<
  Partial<Record<Instance['app'], (config: Config, instance: string) => readonly Listener[]>>
> = {
  ingress: smtpListeners,
  api: (config, instance) => [
    { instance, setting: 'API_PORT', host: config.API_BIND, port: config.API_PORT },
  ],
  tracker: (config, instance) => [
    { instance, setting: 'TRACKER_PORT', host: config.TRACKER_BIND, port: config.TRACKER_PORT },
  ],
};

/** The first instance has `METRICS_PORT`, each other one the next number; 0 takes any free port for each. */
export function metricsPorts(
  { METRICS_PORT: first }: Pick<Config, 'METRICS_PORT'>,
  instances: readonly Instance[],
): Readonly<Record<string, number>> {
  const watched = instances.filter(({ app }) => app !== 'sandbox');
  if (first === undefined) return {};
  const last = first + watched.length - 1;
  if (first !== 0 && last > 65_535)
    throw new Error(`METRICS_PORT=${first} is too high: ${watched.length} apps need ports up to ${last}`);
  return Object.fromEntries(watched.map(({ name }, index) => [name, first === 0 ? 0 : first + index]));
}

export function listenersOf(config: Config, instances: readonly Instance[]): readonly Listener[] {
  const metrics = Object.entries(metricsPorts(config, instances)).map(([instance, port]) => ({
    instance,
    setting: 'METRICS_PORT',
    host: config.METRICS_BIND,
    port,
  }));
  return [...instances.flatMap(({ app, name }) => mainListeners[app]?.(config, name) ?? []), ...metrics];
}
