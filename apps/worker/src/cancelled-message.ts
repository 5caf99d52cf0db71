import { deliveryIdOf } from '@waybill/relay/id';
import type { PreparedMessage, StoredMessage } from '@waybill/relay/ports';

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
