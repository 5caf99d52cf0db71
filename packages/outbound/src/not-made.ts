/** A claim that became no attempt: no session was free, or a gate did not let it through. No server was asked to take the mail. */
import type { ClaimedDelivery, StoppedDelivery } from '@waybill/relay/ports';
import { busyPauseMs } from './busy-pause.ts';
import type { Stopping } from './ending.ts';
import type { OutboundDeps } from './outbound-deps.ts';
import { patiently } from './patiently.ts';
import { ringAt } from './ring-at.ts';

export type NotMade = Stopping | 'busy';

type Deps = Pick<OutboundDeps, 'store' | 'doorbell' | 'onTrouble' | 'onStop' | 'now' | 'busyMs' | 'random'>;

async function putBack(deps: Deps, { id, leaseId }: ClaimedDelivery, until: Date): Promise<void> {
  await deps.store.putBack(id, leaseId, until);
  await ringAt(deps, id, until);
}

function busyUntil({ now, busyMs, random }: Deps, { acceptedAt }: ClaimedDelivery): Date {
  const at = now().getTime();
  return new Date(at + busyPauseMs(at - acceptedAt.getTime(), busyMs, random()));
}

const isFinal = (outcome: string): outcome is StoppedDelivery['outcome'] =>
  outcome !== 'unknown' && outcome !== 'lease_lost';

export async function saveNotMade(deps: Deps, delivery: ClaimedDelivery, notMade: NotMade): Promise<void> {
  if (notMade === 'busy') return putBack(deps, delivery, busyUntil(deps, delivery));
  if (!('stop' in notMade)) return putBack(deps, delivery, notMade.waitUntil);
  const { outcome, reason, heldFor } = notMade.stop;
  if (!isFinal(outcome)) return;
  const { id: deliveryId, leaseId } = delivery;
  const stopped = { deliveryId, leaseId, outcome, reason, heldFor, at: deps.now() };
  deps.onStop(delivery, stopped);
  await patiently(() => deps.store.stop(stopped));
}
