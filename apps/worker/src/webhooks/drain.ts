/** Makes the attempts of one webhook that are due, several at a time, for the length of a slice. */
import { openBatcher } from '@waybill/io/concurrency/batcher';
import type {
  AttemptedDelivery,
  DueDelivery,
  EndpointState,
  LeasedWebhook,
} from '@waybill/io/postgres/webhooks/sending';
import { publicId } from '@waybill/relay/id';
import { concurrencyOf, type EndpointHealth, isPaused } from '@waybill/relay/webhooks/health';
import { signatureHeaders } from '@waybill/relay/webhooks/signature';
import type { WebhookPorts } from './ports.ts';
import { type EndedRequest, recordOf } from './record.ts';
import { reportAttempt, reportNotice } from './report.ts';

/** Requests of one webhook at a time. */
const CONCURRENCY = 8;
/** Deliveries that are loaded at a time. */
const LOADED = 50;
const MAX_SAVED = 100;

type Run = {
  readonly webhook: LeasedWebhook;
  readonly ports: WebhookPorts;
  /** The state after the last attempt, with a notice that is not saved yet. */
  state: EndpointState;
  /** Whether more attempts may begin. */
  isOpen: boolean;
  readonly inFlight: Map<string, Promise<void>>;
  loaded: DueDelivery[];
};

const requestOf = (delivery: DueDelivery, { webhook, ports }: Run) => {
  const signed = { id: publicId('evt', delivery.eventId), at: ports.now(), body: delivery.body };
  return {
    url: webhook.url,
    body: delivery.body,
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Waybill-Webhooks/1',
      ...signatureHeaders(signed, webhook.secrets),
    },
  };
};

/** `undefined`: no permit came, so it was not attempted. */
async function request(delivery: DueDelivery, run: Run): Promise<EndedRequest | undefined> {
  const { webhook, ports } = run;
  const ran = await ports.permits.run(webhook.accountId, async () => {
    const startedAt = ports.now();
    const reply = await ports.client.post(requestOf(delivery, run));
    return { delivery, reply, startedAt, endedAt: ports.now() };
  });
  return ran?.value;
}

/** Saves attempts that end about the same time in one transaction. */
const openSaving = (run: Run) =>
  openBatcher<AttemptedDelivery, void>({
    async flush(done) {
      const { state } = run;
      run.state = { health: state.health };
      const isActive = await run.ports.sending.save({ webhook: run.webhook, done, state }, run.ports.now());
      if (!isActive) run.isOpen = false;
      reportNotice(run.webhook, state, run.ports);
      return [];
    },
    maxItems: MAX_SAVED,
  });

/** A notice that is not saved yet stays. */
const withState = (before: EndpointState, after: EndpointState): EndpointState => ({ ...before, ...after });

async function attempt(
  delivery: DueDelivery,
  run: Run,
  saving: ReturnType<typeof openSaving>,
): Promise<void> {
  const ended = await request(delivery, run);
  if (ended === undefined) {
    run.isOpen = false;
    return;
  }
  const { webhook, ports, state } = run;
  const facts = { webhook, health: state.health, now: ended.endedAt };
  const recorded = recordOf(ended, facts, ports.chance());
  run.state = withState(state, recorded.state);
  if (isPaused(recorded.state.health, ended.endedAt) || recorded.outcome === 'gone') run.isOpen = false;
  reportAttempt(webhook, recorded, ports);
  await saving.add(recorded.done);
}

async function load(run: Run): Promise<void> {
  const { webhook, ports, inFlight } = run;
  // One that ends while the query runs may still be due in its snapshot.
  const before = new Set(inFlight.keys());
  const due = await ports.sending.take(webhook.id, { now: ports.now(), limit: LOADED + before.size });
  run.loaded = due.filter(({ id }) => !before.has(id));
}

function begin(run: Run, saving: ReturnType<typeof openSaving>): void {
  const most = concurrencyOf(run.state.health, CONCURRENCY);
  while (run.isOpen && run.inFlight.size < most) {
    const delivery = run.loaded.shift();
    if (delivery === undefined) return;
    const { id } = delivery;
    const ended = attempt(delivery, run, saving)
      .catch((err: unknown) => {
        // What was not saved is attempted again, with the same webhook-id.
        run.isOpen = false;
        run.ports.log.warn({ err, webhookId: run.webhook.id }, 'webhook attempt not saved');
      })
      .finally(() => run.inFlight.delete(id));
    run.inFlight.set(id, ended);
  }
}

/** Returns the health of the webhook after the last attempt. */
export async function drain(
  webhook: LeasedWebhook,
  until: number,
  ports: WebhookPorts,
): Promise<EndpointHealth> {
  const run: Run = {
    webhook,
    ports,
    state: { health: webhook.health },
    isOpen: true,
    inFlight: new Map(),
    loaded: [],
  };
  const saving = openSaving(run);
  for (;;) {
    if (ports.now().getTime() >= until) run.isOpen = false;
    if (run.isOpen && run.loaded.length === 0 && run.inFlight.size < CONCURRENCY) await load(run);
    begin(run, saving);
    if (run.inFlight.size === 0) return run.state.health;
    await Promise.race(run.inFlight.values());
  }
}
