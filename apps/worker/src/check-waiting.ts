/**
 * After a switch the gates are asked about mail that waits, so that it is shown as held, suppressed or cancelled within seconds and not
 * only when its next attempt is due. What this misses, the gates stop before the attempt.
 */

import { type GateDependencies, loadGateFacts } from '@waybill/delivery/gate-facts';
import { passGates } from '@waybill/delivery/gates';
import type { Log } from '@waybill/io/log/log';
import type {
  GateCheck,
  WaitingDelivery,
  WaitingMail,
  WaitingStop,
} from '@waybill/io/postgres/deliveries/waiting-mail';

export type CheckPorts = GateDependencies & { readonly waitingMail: WaitingMail; readonly log: Log };

/** By then every process has forgotten the settings as they were before the switch. */
const SETTLED_MS = 500;
const CHECKS = 500;
const SLICE = 200;

async function stopOf(delivery: WaitingDelivery, ports: CheckPorts): Promise<WaitingStop | undefined> {
  const facts = await loadGateFacts(ports, delivery, () => false);
  const passage = passGates(delivery, facts);
  if (passage === 'go' || !('stop' in passage)) return undefined;
  const { outcome, reason, heldFor } = passage.stop;
  // In doubt the next attempt decides, under a lease.
  if (outcome === 'unknown' || outcome === 'lease_lost') return undefined;
  // Held mail stays as it is, unless its account was deleted.
  if (delivery.isHeld && outcome !== 'cancelled') return undefined;
  return {
    delivery: { id: delivery.id, status: delivery.status },
    outcome,
    reason,
    heldFor,
    at: facts.now,
  };
}

/** Stops what a check is about; how many. */
async function stopFor(check: GateCheck, ports: CheckPorts, signal: AbortSignal): Promise<number> {
  const { waitingMail } = ports;
  const ids = await waitingMail.idsOf(check);
  let count = 0;
  for (let from = 0; from < ids.length && !signal.aborted; from += SLICE) {
    const deliveries = await waitingMail.load(ids.slice(from, from + SLICE));
    const stops = await Promise.all(deliveries.map((delivery) => stopOf(delivery, ports)));
    const wanted = stops.filter((stop) => stop !== undefined);
    await waitingMail.stop(wanted);
    count += wanted.length;
  }
  return count;
}

/** A check that fails stays for the next round: the settings of one account must not keep the others waiting. */
async function checkOne(check: GateCheck, ports: CheckPorts, signal: AbortSignal): Promise<void> {
  const { accountId } = check;
  try {
    const count = await stopFor(check, ports, signal);
    if (signal.aborted) return;
    await ports.waitingMail.done([check]);
    if (count > 0) ports.log.info({ accountId, count }, 'waiting mail stopped by a switch');
  } catch (err) {
    ports.log.warn({ err, accountId }, 'waiting mail not checked');
  }
}

export async function checkWaiting(ports: CheckPorts, signal: AbortSignal): Promise<void> {
  const { waitingMail, now, log } = ports;
  try {
    for (const check of await waitingMail.checks(new Date(now().getTime() - SETTLED_MS), CHECKS)) {
      if (signal.aborted) return;
      await checkOne(check, ports, signal);
    }
  } catch (err) {
    log.warn({ err }, 'waiting mail not checked');
  }
}
