/** Prepares a claimed delivery once more, as 7-bit, in a preparing thread. RFC 6152 §3. */
import { parseHeaders } from '@waybill/mail/headers';
import type { DeliveryStore, PrepareAgain } from '@waybill/relay/ports';
import { readFrom } from '@waybill/relay/submission/from-header';
import { type FactPorts, loadFacts } from '@waybill/relay/submission/load-facts';
import type { Preparing } from './preparing.ts';

type Ports = FactPorts &
  Pick<Preparing, 'prepareAgain'> & { readonly store: Pick<DeliveryStore, 'optionsOf'> };

export const openPrepareAgain =
  (ports: Ports): PrepareAgain =>
  async (delivery) => {
    const { id, messageId, accountId, credentialId, streamId, recipient, source, envelope, acceptedAt } =
      delivery;
    const options = await ports.store.optionsOf(messageId);
    const from = readFrom(parseHeaders(source).fields);
    const stored = { streamId, options, envelope, acceptedAt, sendAt: undefined };
    const facts = await loadFacts({ stored, resolution: { accountId, credentialId }, from }, ports);
    return ports.prepareAgain({
      stored: { id: messageId, source, envelope, options },
      facts,
      copy: { deliveryId: id, recipient },
    });
  };
