/** Asks the same gates as an attempt before a prepared message goes: mail that was only accepted or scheduled stops too. */
import type { PreparedDelivery, PreparedMessage, StoredMessage } from '@waybill/relay/ports';
import { type GateDependencies, loadGateFacts } from './gate-facts.ts';
import { type DeliveryFacts, passGates } from './gates.ts';

type Stored = Pick<StoredMessage, 'envelope' | 'headerFrom' | 'credentialId' | 'options'>;

function stopDelivery(delivery: PreparedDelivery, stored: Stored, facts: DeliveryFacts): PreparedDelivery {
  if (delivery.status !== 'queued') return delivery;
  const asked = {
    headerFrom: stored.headerFrom,
    envelope: stored.envelope,
    credentialId: stored.credentialId,
    bypassSuppression: stored.options.bypassSuppression ?? false,
    releasedAt: undefined,
    expiresAt: delivery.expiresAt,
    status: delivery.status,
  };
  const passage = passGates(asked, facts);
  if (passage === 'go' || !('stop' in passage)) return delivery;
  const { outcome, reason, heldFor } = passage.stop;
  // Neither can be of a delivery that was never tried.
  if (outcome === 'unknown' || outcome === 'lease_lost') return delivery;
  return { ...delivery, status: outcome, reason, ...(heldFor === undefined ? {} : { heldFor }) };
}

export async function stopPrepared(
  prepared: PreparedMessage,
  stored: Stored,
  ports: GateDependencies,
): Promise<PreparedMessage> {
  const { accountId, streamId, at } = prepared;
  const { envelope, headerFrom, credentialId } = stored;
  // Preparation looked up every recipient, so no recipient is looked up here.
  const asked = { accountId, streamId, envelope, headerFrom, credentialId, recipient: '' };
  const facts = await loadGateFacts(ports, { ...asked, suppressionAskedAt: at }, () => false);
  return {
    ...prepared,
    deliveries: prepared.deliveries.map((delivery) => stopDelivery(delivery, stored, facts)),
  };
}
