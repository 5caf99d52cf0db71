/** The worker asks the same gates as the sender before it lets a prepared message go: mail that was only accepted or scheduled stops too. */
import { type GateDependencies, loadGateFacts } from '@waybill/delivery/gate-facts';
import { type DeliveryFacts, passGates } from '@waybill/delivery/gates';
import { deliveryIdOf } from '@waybill/relay/id';
import type { PreparedDelivery, PreparedMessage, StoredMessage } from '@waybill/relay/ports';

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

/** The account was deleted after it handed the message over. Its mail is never given to another account, whatever From says. */
export const cancelledMessage = (stored: StoredMessage, at: Date): PreparedMessage => ({
  messageId: stored.id,
  accountId: stored.accountId,
  streamId: stored.streamId,
  resolution: stored.resolution,
  notes: [],
  sandbox: stored.sandbox,
  deliveries: stored.envelope.rcptTo.map((recipient, index) => ({
    id: deliveryIdOf(stored.id, index),
    recipient,
    index,
    status: 'cancelled',
    reason: 'account deleted',
    returnPath: undefined,
    patch: undefined,
    notes: [],
    expiresAt: at,
  })),
  at,
});
