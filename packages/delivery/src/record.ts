/** Saves what became of a claim, and enqueues the next attempt. */
import { setTimeout } from 'node:timers/promises';
import type { AttemptResult } from '@waybill/relay/ports';
import type { Attempt } from './attempt.ts';
import type { Classification, End } from './classify.ts';
import type { DeliveryDependencies } from './dependencies.ts';
import type { FinalStop } from './gates.ts';
import { suppress } from './suppress.ts';
import type { AttemptRecord } from './try-hosts.ts';

/**
 * Milliseconds before each further try to save: together as long as PostgreSQL takes to restart. Each is short, because the lease may
 * run out while PostgreSQL is away, and a result that comes late then comes after a second attempt.
 */
const savePausesMs = [100, 500, ...Array.from({ length: 17 }, () => 1_000)];

/** A reply that was read, or a stop, must not be forgotten because PostgreSQL restarts. */
async function savePatiently<T>(save: () => Promise<T>): Promise<T> {
  for (const pauseMs of savePausesMs) {
    try {
      return await save();
    } catch {
      // The last try below tells the caller what is wrong.
      await setTimeout(pauseMs);
    }
  }
  return save();
}

/** A job that is not enqueued delays: the sweeper finds the row by its time. */
const enqueueAt = (
  { jobs, onTrouble }: Pick<DeliveryDependencies, 'jobs' | 'onTrouble'>,
  deliveryId: string,
  at: Date,
): Promise<void> =>
  jobs.enqueue('delivery', [deliveryId], at).catch((error: unknown) => onTrouble(error, 'not enqueued'));

/** Gives a claim back: no attempt, no event, due again at `until`. */
export async function putBack(
  dependencies: Pick<DeliveryDependencies, 'store' | 'jobs' | 'onTrouble'>,
  { id, leaseId }: { readonly id: string; readonly leaseId: string },
  until: Date,
): Promise<void> {
  await dependencies.store.putBack(id, leaseId, until);
  await enqueueAt(dependencies, id, until);
}

async function putBackFrom(
  dependencies: DeliveryDependencies,
  delivery: Attempt['delivery'],
  { until, refusedBy }: { readonly until: Date; readonly refusedBy: string | undefined },
): Promise<void> {
  await putBack(dependencies, delivery, until);
  if (refusedBy !== undefined) dependencies.refused.add(refusedBy, { id: delivery.id, until });
}

async function recordStop(
  { store, now, onStop }: DeliveryDependencies,
  { delivery }: Attempt,
  { outcome, reason, heldFor }: FinalStop,
): Promise<void> {
  const { id: deliveryId, leaseId } = delivery;
  const stopped = { deliveryId, leaseId, outcome, reason, heldFor, at: now() };
  onStop(delivery, stopped);
  await savePatiently(() => store.stop(stopped));
}

type Classified = { readonly classification: Classification; readonly record: AttemptRecord };

const resultOf = (
  { delivery, transcript }: Attempt,
  { classification, record }: Classified,
  endedAt: Date,
): AttemptResult => ({
  ...classification,
  deliveryId: delivery.id,
  leaseId: delivery.leaseId,
  attempt: delivery.attempt,
  endedAt,
  unanswered: delivery.unanswered,
  host: record.host,
  ip: record.ip,
  port: record.port,
  tls: record.tls,
  timings: transcript.timings(),
  transcript: transcript.lines(),
});

async function recordAttempt(
  dependencies: DeliveryDependencies,
  attempt: Attempt,
  classified: Classified,
): Promise<void> {
  const { delivery, error, tookMs } = attempt;
  const result = resultOf(attempt, classified, dependencies.now());
  dependencies.onAttempt({ delivery, result, error, tookMs: tookMs() });
  const held = await savePatiently(() => dependencies.store.saveAttempt(result));
  await Promise.all([
    suppress(dependencies, delivery, classified),
    held && result.retryAt ? enqueueAt(dependencies, delivery.id, result.retryAt) : undefined,
  ]);
}

/** Rejects when the store stays away: then the lease runs out, and the sweeper enqueues the delivery again. */
export function record(
  dependencies: DeliveryDependencies,
  attempt: Attempt,
  { end, record }: { readonly end: End; readonly record: AttemptRecord },
): Promise<void> {
  switch (end.kind) {
    case 'attempted':
      return recordAttempt(dependencies, attempt, { classification: end.classification, record });
    case 'stopped':
      return recordStop(dependencies, attempt, end.stop);
    case 'put_back':
      return putBackFrom(dependencies, attempt.delivery, { until: end.until, refusedBy: record.refusedBy });
  }
}
