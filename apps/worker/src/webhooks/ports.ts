import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import type { WebhookSending } from '@waybill/io/postgres/webhooks/sending';
import type { WebhookClient } from '@waybill/io/webhooks/webhook-client';
import type { JobProducer } from '@waybill/relay/ports';
import type { RequestPermits } from './request-permits.ts';

export type WebhookPorts = {
  readonly sending: WebhookSending;
  readonly client: Pick<WebhookClient, 'post'>;
  readonly permits: RequestPermits;
  readonly jobs: JobProducer;
  readonly now: () => Date;
  /** From 0 to 1, for the jitter of waits. */
  readonly chance: () => number;
  readonly log: Log;
  readonly metrics: Metrics;
};
