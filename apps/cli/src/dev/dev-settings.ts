import { join } from 'node:path';
import type { DevCertificates } from './dev-ca.ts';

/** The options of `waybill dev`. */
export type DevOptions = {
  readonly portOffset: number;
  /** The `.waybill` folder, as an absolute path. */
  readonly folder: string;
  /** The folder as it was given, for output and for `dev.json`. */
  readonly shownFolder: string;
  readonly isJson: boolean;
  readonly smarthost: string | undefined;
  readonly resolver: string | undefined;
  readonly databaseUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Each app in a process of its own. */
  readonly isApart: boolean;
};

const basePorts = {
  smtp: 2525,
  smtpStartTls: 2587,
  smtps: 2465,
  relay: 2526,
  returnPath: 2527,
  sandbox: 2528,
  sandboxDns: 2553,
  api: 3000,
  tracker: 3001,
  postgres: 5439,
} as const;

export type DevPorts = { readonly [K in keyof typeof basePorts]: number };

/** The ports of a development installation. The offset allows several installations on one machine. */
export function devPorts(offset: number): DevPorts {
  const entries = Object.entries(basePorts).map(([name, port]) => [name, port + offset] as const);
  const tooLarge = entries.find(([, port]) => port > 65_535 || port < 1);
  if (tooLarge)
    throw new Error(
      `--port-offset ${offset} puts ${tooLarge[0]} on port ${tooLarge[1]}, which does not exist`,
    );
  return Object.fromEntries(entries) as DevPorts;
}

/** The port offset that belongs to this URL of the API. */
export const portOffsetOf = (apiUrl: string): number => Number(new URL(apiUrl).port) - basePorts.api;

export const devPlatformDomain = 'waybill.test';
const devReturnPathDomain = 'bounces.waybill.test';

export type DevPlace = {
  readonly options: DevOptions;
  readonly ports: DevPorts;
  readonly certificates: DevCertificates;
  readonly databaseUrl: string;
  /** `undefined`: the environment has the key. */
  readonly masterKeyFile: string | undefined;
};

const deliveryOf = (options: DevOptions): Record<string, string> =>
  options.smarthost === undefined
    ? { DELIVERY_MODE: 'sandbox' }
    : { DELIVERY_MODE: 'smarthost', SMARTHOST_URL: options.smarthost };

/** The environment of the apps: the settings of production with loopback values. */
export function devEnvironment({
  options,
  ports,
  certificates,
  databaseUrl,
  masterKeyFile,
}: DevPlace): Record<string, string> {
  return {
    DATABASE_URL: databaseUrl,
    ...(options.redisUrl === undefined ? {} : { REDIS_URL: options.redisUrl }),
    ...(masterKeyFile === undefined
      ? {}
      : { WAYBILL_MASTER_KEY: '', WAYBILL_MASTER_KEY_FILE: masterKeyFile }),
    WAYBILL_HOSTNAME: 'localhost',
    WAYBILL_PLATFORM_DOMAIN: devPlatformDomain,
    WAYBILL_RETURN_PATH_DOMAIN: devReturnPathDomain,
    WAYBILL_DKIM_DOMAIN: `dkim.${devPlatformDomain}`,
    WAYBILL_PUBLIC_URL: `http://127.0.0.1:${ports.api}`,
    WAYBILL_TRACKER_URL: `http://127.0.0.1:${ports.tracker}`,
    WAYBILL_DEVELOPMENT: 'true',
    SMTP_BIND: '127.0.0.1',
    SMTP_CLEARTEXT_PORT: String(ports.smtp),
    SMTP_SUBMISSION_PORT: String(ports.smtpStartTls),
    SMTP_SUBMISSIONS_PORT: String(ports.smtps),
    SMTP_ALTERNATE_PORT: '',
    SMTP_RELAY_PORT: String(ports.relay),
    SMTP_RETURN_PATH_PORT: String(ports.returnPath),
    TLS_CERT_FILE: certificates.certFile,
    TLS_KEY_FILE: certificates.keyFile,
    TRUST_PROXY: '',
    API_BIND: '127.0.0.1',
    API_PORT: String(ports.api),
    TRACKER_BIND: '127.0.0.1',
    TRACKER_PORT: String(ports.tracker),
    TRACKER_SPOOL_DIR: join(options.folder, 'tracker-spool'),
    ...deliveryOf(options),
    SANDBOX_HOST: '127.0.0.1',
    SANDBOX_PORT: String(ports.sandbox),
    SANDBOX_DNS_PORT: String(ports.sandboxDns),
    RESOLVER: options.resolver ?? `127.0.0.1:${ports.sandboxDns}`,
    // Developers receive webhooks on their own machine.
    WEBHOOK_ALLOWED_NETWORKS: '127.0.0.0/8,::1/128',
    // With one port for six apps only one of them would start.
    METRICS_PORT: '',
    OUTBOUND_CA_FILE: certificates.caFile,
  };
}
