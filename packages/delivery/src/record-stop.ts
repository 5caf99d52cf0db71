/** A claim that became no attempt: no session was free, or a gate did not let it through. No server was asked to take the mail. */
import type { ClaimedDelivery, StoppedDelivery } from '@waybill/relay/ports';
import type { Stopping } from './attempt-outcome.ts';
import { busyPauseMs } from './backoff.ts';
import type { OutboundDependencies } from './delivery-dependencies.ts';
import { enqueueAt } from './enqueue-at.ts';
import { patiently } from './patiently.ts';

export type NotMade = Stopping | 'busy';

type Dependencies = Pick<
  OutboundDependencies,
  'store' | 'jobs' | 'onTrouble' | 'onStop' | 'now' | 'busyMs' | 'random'
>;

async function putBack(
  dependencies: Dependencies,
  { id, leaseId }: ClaimedDelivery,
  until: Date,
): Promise<void> {
  await dependencies.store.putBack(id, leaseId, until);
  await enqueueAt(dependencies, id, until);
}

function busyUntil({ now, busyMs, random }: Dependencies, { acceptedAt }: ClaimedDelivery): Date {
  const at = now().getTime();
  return new Date(at + busyPauseMs(at - acceptedAt.getTime(), busyMs, random()));
}

const isFinal = (outcome: string): outcome is StoppedDelivery['outcome'] =>
  outcome !== 'unknown' && outcome !== 'lease_lost';

export async function saveNotMade(
  dependencies: Dependencies,
  delivery: ClaimedDelivery,
  notMade: NotMade,
): Promise<void> {
  if (notMade === 'busy') return putBack(dependencies, delivery, busyUntil(dependencies, delivery));
  if (!('stop' in notMade)) return putBack(dependencies, delivery, notMade.waitUntil);
  const { outcome, reason, heldFor } = notMade.stop;
  if (!isFinal(outcome)) return;
  const { id: deliveryId, leaseId } = delivery;
  const stopped = { deliveryId, leaseId, outcome, reason, heldFor, at: dependencies.now() };
  dependencies.onStop(delivery, stopped);
  await patiently(() => dependencies.store.stop(stopped));
}
