/** Opens what sends webhooks: the client that guards its connections, the limits, and the consumer of the queue. */
import { readFileSync } from 'node:fs';
import tls from 'node:tls';
import type { Config } from '@waybill/io/config/config';
import { isDevelopment } from '@waybill/io/config/is-development';
import { openResolver } from '@waybill/io/dns/resolver';
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { Database } from '@waybill/io/postgres/connection/database';
import { webhookSending } from '@waybill/io/postgres/webhooks/sending';
import type { Closer } from '@waybill/io/process/lifecycle';
import type { Queues } from '@waybill/io/queue/queues';
import type { SecretBox } from '@waybill/io/secrets/secret-box';
import { targetRules } from '@waybill/io/webhooks/target-rules';
import type { WebhookClient } from '@waybill/io/webhooks/webhook-client';
import type { Permits } from '@waybill/relay/delivery/permits';
import { onWebhook } from './on-webhook.ts';
import type { WebhookPorts } from './ports.ts';
import { openRequestPermits } from './request-permits.ts';

/** Webhooks at a time. One that waits for its endpoint costs little. */
const WEBHOOKS = 256;

type Dependencies = {
  readonly config: Config;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly database: Database;
  readonly box: SecretBox;
  readonly queues: Queues;
  /** Those that all processes share. */
  readonly permits: Pick<Permits, 'take'>;
};

const certificatesOf = ({ OUTBOUND_CA_FILE: file }: Config): { readonly ca?: readonly string[] } =>
  file === undefined ? {} : { ca: [...tls.getCACertificates('default'), readFileSync(file, 'utf8')] };

type Lazy = Pick<WebhookClient, 'post'> & { close(): Promise<void> };

/** Opened with the first request: most installations send mail all day and a webhook now and then. */
function openLazily(config: Config): Lazy {
  let opened: Promise<WebhookClient & { readonly end: () => void }> | undefined;
  const open = async () => {
    const { openWebhookClient } = await import('@waybill/io/webhooks/webhook-client');
    // The name server of the sandbox answers for `.test` only, and developers receive elsewhere.
    const resolver = openResolver({ resolver: isDevelopment(config) ? undefined : config.RESOLVER });
    const rules = targetRules(config);
    const client = openWebhookClient({ rules, resolve: resolver.addresses, ...certificatesOf(config) });
    const end = (): void => {
      client.close();
      resolver.close();
    };
    return { ...client, end };
  };
  return {
    async post(request) {
      opened ??= open();
      return (await opened).post(request);
    },
    close: async () => (await opened)?.end(),
  };
}

export function openWebhooks({
  config,
  log,
  metrics,
  database,
  box,
  queues,
  permits,
}: Dependencies): readonly Closer[] {
  const client = openLazily(config);
  const ports: WebhookPorts = {
    sending: webhookSending(database, box),
    client,
    permits: openRequestPermits(permits),
    jobs: queues.jobs,
    now: () => new Date(),
    chance: Math.random,
    log,
    metrics,
  };
  const consumer = queues.consume('webhook', {
    concurrency: WEBHOOKS,
    handle: (id) => onWebhook(id, ports),
    handled: (outcome) => metrics.handled.inc({ queue: 'webhook', outcome }),
  });
  return [
    { name: 'webhook client', close: client.close },
    { name: 'consumer', close: consumer.close },
  ];
}
