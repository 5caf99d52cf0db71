import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Seconds, from a fast commit to a slow peer. */
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** The metrics of the processes. Labels are closed sets, never an address, a domain or an id, because their number would grow for ever. */
export type Metrics = {
  readonly accepted: Counter<'via'>;
  readonly refused: Counter<'code'>;
  readonly acceptSeconds: Histogram;
  readonly connections: Gauge<'listener'>;
  readonly prepared: Counter<'outcome'>;
  readonly prepareSeconds: Histogram;
  readonly forgedHeaders: Counter;
  readonly attempts: Counter<'outcome'>;
  readonly stopped: Counter<'outcome' | 'held_for'>;
  readonly attemptSeconds: Histogram;
  readonly acceptToDeliveredSeconds: Histogram;
  readonly reports: Counter<'kind'>;
  readonly swept: Counter<'queue'>;
  readonly enqueueFailures: Counter<'queue'>;
  readonly queueDepth: Gauge<'queue'>;
  readonly handled: Counter<'queue' | 'outcome'>;
  readonly outsideEndStates: Gauge;
  readonly readerLagSeconds: Gauge<'reader'>;
  readonly readerEventsBehind: Gauge<'reader'>;
  readonly passedEvents: Counter<'reader'>;
  readonly unreadDropped: Counter<'reader'>;
  readonly balanceDifferences: Gauge;
  readonly trackerHits: Counter<'kind' | 'outcome'>;
  readonly httpRequests: Counter<'method' | 'status'>;
  readonly webhookAttempts: Counter<'outcome'>;
  readonly webhookSeconds: Histogram;
  readonly webhooksDisabled: Counter;
  /** The text that Prometheus reads, and its content type. */
  readonly exposition: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

/** How often Node measures the delay of the event loop once it is scraped, in milliseconds. Each measurement wakes the process. */
const EVENT_LOOP_MS = 100;

function makersOf(registry: Registry) {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> =>
    new Counter({ name: `waybill_${name}`, help, labelNames: [...labelNames], registers });
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({ name: `waybill_${name}`, help, buckets: seconds, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> =>
    new Gauge({ name: `waybill_${name}`, help, labelNames: [...labelNames], registers });
  return { counter, gauge, histogram };
}

/** Of the readers of events, and of the check of what they counted. */
function ofReaders({ counter, gauge }: Pick<ReturnType<typeof makersOf>, 'counter' | 'gauge'>) {
  const labels = ['reader'] as const;
  return {
    balanceDifferences: gauge(
      'balance_differences',
      'Counts of statistics that a recount of the last week did not confirm; alert on any value above 0',
      [],
    ),
    readerLagSeconds: gauge(
      'reader_lag_seconds',
      'Age of the oldest event that a reader has not read',
      labels,
    ),
    readerEventsBehind: gauge(
      'reader_events_behind',
      'Events that a reader has not read, up to 100,000',
      labels,
    ),
    passedEvents: counter(
      'passed_events_total',
      'Events that a reader could not handle and passed over',
      labels,
    ),
    unreadDropped: counter(
      'unread_events_dropped_total',
      'Events that retention dropped before a reader read them',
      labels,
    ),
  };
}

const webhookMetrics = ({
  counter,
  histogram,
}: Pick<ReturnType<typeof makersOf>, 'counter' | 'histogram'>) => ({
  webhookAttempts: counter('webhook_attempts_total', 'Webhook requests by outcome', ['outcome']),
  webhookSeconds: histogram(
    'webhook_delivered_seconds',
    'From an event to its delivery to a webhook at the first attempt',
  ),
  webhooksDisabled: counter(
    'webhooks_disabled_total',
    'Webhooks that were disabled by 410 or after five days of failure',
  ),
});

export function openMetrics(process: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process });
  let isScraped = false;
  const collectOfProcess = (): void => {
    if (isScraped) return;
    isScraped = true;
    collectDefaultMetrics({
      register: registry,
      prefix: 'waybill_',
      eventLoopMonitoringPrecision: EVENT_LOOP_MS,
    });
  };
  const { counter, gauge, histogram } = makersOf(registry);
  return {
    accepted: counter('accepted_total', 'Messages accepted', ['via']),
    refused: counter('refused_total', 'Refusals by their stable code', ['code']),
    acceptSeconds: histogram('accept_seconds', 'From the last byte to the commit'),
    connections: gauge('connections', 'Open sessions', ['listener']),
    prepared: counter('prepared_total', 'Messages prepared, discarded or held', ['outcome']),
    prepareSeconds: histogram('prepare_seconds', 'From load to save of one message'),
    forgedHeaders: counter('forged_headers_total', 'X-Waybill-Account fields whose MAC did not verify'),
    attempts: counter('attempts_total', 'Delivery attempts by outcome', ['outcome']),
    stopped: counter('stopped_total', 'Deliveries that a gate stopped before an attempt', [
      'outcome',
      'held_for',
    ]),
    attemptSeconds: histogram('attempt_seconds', 'Duration of an attempt'),
    acceptToDeliveredSeconds: histogram(
      'accept_to_delivered_seconds',
      'From acceptance to the 250 of the next hop',
    ),
    reports: counter('reports_total', 'Reports at the return path by kind', ['kind']),
    swept: counter('swept_total', 'Rows enqueued by the sweeper', ['queue']),
    enqueueFailures: counter('enqueue_failures_total', 'Enqueues that failed; the sweeper repeats them', [
      'queue',
    ]),
    queueDepth: gauge('queue_depth', 'Waiting jobs', ['queue']),
    handled: counter('handled_total', 'Jobs handled by outcome', ['queue', 'outcome']),
    outsideEndStates: gauge(
      'outside_end_states',
      'Messages and deliveries that should have ended long ago, as of the last daily check; alert on any value above 0',
      [],
    ),
    ...ofReaders({ counter, gauge }),
    trackerHits: counter('tracker_hits_total', 'Requests at the tracker', ['kind', 'outcome']),
    httpRequests: counter('http_requests_total', 'Requests at the API', ['method', 'status']),
    ...webhookMetrics({ counter, histogram }),
    exposition: async () => {
      collectOfProcess();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
