import { networkInterfaces } from 'node:os';
import type { TargetRules } from '@waybill/relay/webhooks/target';
import type { Config } from '../config/config.ts';

/** Each app of one command has a metrics port of its own: numbers near each other. */
const METRICS_PORTS = 8;
const POSTGRESQL_PORT = 5432;
const REDIS_PORT = 6379;

const portOfUrl = (text: string | undefined, fallback: number): readonly number[] =>
  text === undefined ? [] : [Number(new URL(text).port) || fallback];

const portsAround = (port: number): readonly number[] =>
  Array.from({ length: 2 * METRICS_PORTS + 1 }, (_, index) => port - METRICS_PORTS + index);

/** The ports on which the product and its stores listen. */
const ownPorts = (config: Config): ReadonlySet<number> =>
  new Set(
    [
      ...[config.API_PORT, config.TRACKER_PORT, config.SANDBOX_PORT, config.SANDBOX_DNS_PORT],
      ...[config.SMTP_SUBMISSION_PORT, config.SMTP_SUBMISSIONS_PORT, config.SMTP_ALTERNATE_PORT],
      ...[config.SMTP_RELAY_PORT, config.SMTP_CLEARTEXT_PORT, config.SMTP_RETURN_PATH_PORT],
      ...(config.METRICS_PORT === undefined ? [] : portsAround(config.METRICS_PORT)),
      ...portOfUrl(config.DATABASE_URL, POSTGRESQL_PORT),
      ...portOfUrl(config.REDIS_URL, REDIS_PORT),
    ].filter((port) => port !== undefined),
  );

const ownAddresses = (): ReadonlySet<string> =>
  new Set(Object.values(networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address)));

export const targetRules = (config: Config): TargetRules => ({
  allowedNetworks: config.WEBHOOK_ALLOWED_NETWORKS,
  ownPorts: ownPorts(config),
  ownAddresses: ownAddresses(),
});
