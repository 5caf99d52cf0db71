import { prepareResolved } from '@waybill/delivery/prepare-resolved';
import type { PreparedSource } from '@waybill/delivery/sources';
import type { Log } from '@waybill/io/log/log';
import type { Metrics } from '@waybill/io/metrics/metrics';
import { PreparationLimitExceeded, type Prepare } from '@waybill/io/preparing/preparing';
import { parseHeaders } from '@waybill/mail/headers';
import {
  type MemoryBudget,
  MemoryBudgetExceeded,
  memoryBackoffMs,
} from '@waybill/relay/delivery/memory-budget';
import type {
  JobProducer,
  MessageStore,
  PreparedClaim,
  PreparedMessage,
  StoredMessage,
} from '@waybill/relay/ports';
import type { FactPorts } from '@waybill/relay/submission/load-facts';
import { discardOf, type ResolvePorts, resolveStored } from '@waybill/relay/submission/resolve-stored';
import { isEarly } from '@waybill/relay/submission/send-at';
import { cancelledMessage } from './cancelled-message.ts';

export type AcceptedPorts = FactPorts &
  ResolvePorts & {
    readonly messages: MessageStore;
    readonly jobs: JobProducer;
    /** Takes what was prepared here, for its first attempt. Absent: the sender makes every attempt. */
    readonly deliveries?: PreparedSource | undefined;
    /** For the bytes of large messages. */
    readonly memory: MemoryBudget;
    readonly log: Log;
    readonly metrics: Metrics;
    readonly prepare: Prepare;
    /** Whether an error tells of a database that is away, and nothing of the message. */
    readonly isTrouble: (error: unknown) => boolean;
  };

/** Failures after which a message is parked. Its sweeper waits longer each time, so they span an hour or so. */
const MAX_FAILURES = 5;
/** Runs that began and never ended: the process died each time. Parked before it takes down another one. */
const MAX_RUNS = 8;

type Outcome = 'processed' | 'discarded' | 'held' | 'cancelled';

async function enqueueDeliveries(
  ids: readonly string[],
  stored: StoredMessage,
  { jobs, log, metrics }: AcceptedPorts,
): Promise<void> {
  try {
    await jobs.enqueue('delivery', ids);
  } catch (err) {
    // They are saved and due: the sweeper enqueues it.
    metrics.enqueueFailures.inc({ queue: 'delivery' });
    log.warn({ err, messageId: stored.id }, 'enqueue failed');
  }
}

/** What this process can take it sends itself; the other deliveries go to the queue. */
async function saveAndDeliver(
  prepared: PreparedMessage,
  stored: StoredMessage,
  ports: AcceptedPorts,
): Promise<void> {
  const save = (claim?: PreparedClaim) => ports.messages.savePrepared(prepared, claim);
  const claimed = await (ports.deliveries?.saveAndDeliver(stored, prepared, save) ?? save());
  const ids = new Set(claimed.map(({ id }) => id));
  const others = prepared.deliveries.filter(({ id, status }) => status === 'queued' && !ids.has(id));
  if (others.length > 0)
    await enqueueDeliveries(
      others.map(({ id }) => id),
      stored,
      ports,
    );
}

async function processMessage(stored: StoredMessage, ports: AcceptedPorts): Promise<Outcome> {
  const { messages, log, metrics, now } = ports;
  if ((await ports.directory.accountById(stored.accountId)) === undefined) {
    await messages.savePrepared(cancelledMessage(stored, now()));
    log.info({ messageId: stored.id, accountId: stored.accountId }, 'cancelled: account deleted');
    return 'cancelled';
  }
  const { fields } = parseHeaders(stored.bytes);
  const found = await resolveStored({ id: stored.id, fields }, ports);
  if (found.read.header === 'forged') metrics.forgedHeaders.inc();
  const { accountId } = found.resolution;
  if (accountId === undefined) {
    log.warn({ messageId: stored.id, reason: found.resolution.reason }, 'discarded');
    await messages.saveDiscard(discardOf(stored, found, now()));
    return 'discarded';
  }
  const prepared = await prepareResolved(stored, { accountId, found }, ports);
  await saveAndDeliver(prepared, stored, ports);
  log.debug({ messageId: stored.id, accountId, by: found.resolution.by }, 'processed');
  return 'processed';
}

async function hold(stored: StoredMessage, reason: string, ports: AcceptedPorts): Promise<Outcome> {
  ports.log.error({ messageId: stored.id, accountId: stored.accountId, reason }, 'held');
  await ports.messages.saveHeld(stored.id, reason, ports.now());
  return 'held';
}

/** The reason is public to the account: the kind of failure, never the text of an internal error. */
const heldReason = (stored: StoredMessage, error: unknown): string =>
  `It could not be prepared in ${stored.processAttempts} runs (${error instanceof Error ? error.name : 'unknown error'}); an operator has to look at it.`;

/** It is tried again, or has failed often enough: then it is held. Trouble of ours is never held against a message. */
async function afterFailure(stored: StoredMessage, error: unknown, ports: AcceptedPorts): Promise<Outcome> {
  if (ports.isTrouble(error)) throw error;
  if (stored.processAttempts < MAX_FAILURES) {
    // What went wrong with the message is told, not what went wrong with the counting.
    if (!stored.isRunCounted)
      await ports.messages
        .countRun(stored.id)
        .catch((err: unknown) => ports.log.warn({ err, messageId: stored.id }, 'run not counted'));
    throw error;
  }
  ports.log.error({ err: error, messageId: stored.id }, 'preparing failed');
  return hold(stored, heldReason(stored, error), ports);
}

async function processOrHold(stored: StoredMessage, ports: AcceptedPorts): Promise<Outcome> {
  if (stored.processAttempts > MAX_RUNS) {
    return hold(stored, `${stored.processAttempts - 1} runs of preparing it never ended.`, ports);
  }
  try {
    return await processMessage(stored, ports);
  } catch (error) {
    if (error instanceof PreparationLimitExceeded)
      return hold(stored, `Preparing it took ${error.message}.`, ports);
    return afterFailure(stored, error, ports);
  }
}

/** Loads, decides, saves and enqueues. Idempotent: a message that is not `accepted` is skipped, and every id is derived. */
export async function onAccepted(messageId: string, ports: AcceptedPorts): Promise<void> {
  const from = performance.now();
  const memory = ports.memory.reservation();
  try {
    const stored = await ports.messages.load(messageId, memory.take);
    if (stored?.state !== 'accepted') return;
    if (isEarly(stored, ports.now())) {
      // Enqueued for a time that was moved since, or by a clock that is ahead of ours.
      await ports.jobs.enqueue('accepted', [messageId], stored.sendAt);
      return;
    }
    const outcome = await processOrHold(stored, ports);
    ports.metrics.prepared.inc({ outcome });
    ports.metrics.prepareSeconds.observe((performance.now() - from) / 1000);
  } catch (error) {
    if (!(error instanceof MemoryBudgetExceeded)) throw error;
    const at = new Date(ports.now().getTime() + memoryBackoffMs(Math.random()));
    await ports.jobs.enqueue('accepted', [messageId], at);
  } finally {
    memory.release();
  }
}
