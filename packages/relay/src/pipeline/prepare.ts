/** From one accepted message to a delivery per recipient, each with its patch. The worker's decision, without its ports. */
import { foldedAddress } from '@waybill/mail/address';
import { encodePatch } from '@waybill/mail/patch';
import type { Suppression } from '../account.ts';
import { deliveryIdOf } from '../id.ts';
import type { Message, Note } from '../message.ts';
import { bodyChangesOf, patchOf } from '../patch-of.ts';
import type { PreparedDelivery, PreparedMessage } from '../prepared.ts';
import type { Resolution } from '../resolve-account.ts';
import { describeSuppression, isBypassed } from '../suppression.ts';
import { perMessage, perRecipient, throughStages } from './pipeline.ts';
import type { Facts } from './stage.ts';

/** How the worker resolved the message, and whether it ends in the sandbox. */
export type Decided = { readonly resolution: Resolution; readonly sandbox: boolean };

type Recipient = Pick<PreparedDelivery, 'id' | 'recipient' | 'index' | 'expiresAt'>;

const MINUTE = 60_000;

/** The expiry of a scheduled message counts from its time. */
const startOf = ({ acceptedAt, sendAt }: Facts): Date =>
  sendAt !== undefined && sendAt > acceptedAt ? sendAt : acceptedAt;

/** Edits that the encoding or charset of a part would not take. Told, because links there lead past us. */
function skippedNotes(message: Message): readonly Note[] {
  const { skipped } = bodyChangesOf(message);
  if (skipped.length === 0) return [];
  const reasons = Object.groupBy(skipped, ({ reason }) => reason);
  const detail = Object.fromEntries(Object.entries(reasons).map(([reason, list]) => [reason, list.length]));
  return [
    {
      step: 'patch',
      what: 'edits skipped',
      because: 'The part’s encoding or line length does not allow them; the octets stay as they were.',
      detail,
    },
  ];
}

const suppressedDelivery = (recipient: Recipient, suppression: Suppression): PreparedDelivery => ({
  ...recipient,
  status: 'suppressed',
  because: describeSuppression(suppression),
  returnPath: undefined,
  patch: undefined,
  notes: [],
});

const bypassNote = (suppression: Suppression): Note => ({
  step: 'suppression',
  what: 'suppression bypassed',
  because: `The client asked for it. ${describeSuppression(suppression)}`,
});

function queuedDelivery(message: Message, recipient: Recipient, facts: Facts): PreparedDelivery {
  const { id, index } = recipient;
  const copy = { ...message, notes: [], copy: { deliveryId: id, recipient: recipient.recipient, index } };
  const ready = throughStages(perRecipient, copy, facts);
  return {
    ...recipient,
    status: 'queued',
    because: 'It is prepared and waits for its turn.',
    returnPath: ready.copy?.returnPath,
    patch: encodePatch(patchOf(ready)),
    notes: [...ready.notes, ...skippedNotes(ready)],
  };
}

function prepareDelivery(message: Message, recipient: Recipient, facts: Facts): PreparedDelivery {
  const suppression = facts.suppressed.get(foldedAddress(recipient.recipient));
  if (!suppression) return queuedDelivery(message, recipient, facts);
  if (!isBypassed(suppression, message.options)) return suppressedDelivery(recipient, suppression);
  const delivery = queuedDelivery(message, recipient, facts);
  return { ...delivery, notes: [bypassNote(suppression), ...delivery.notes] };
}

/** Throws when it cannot sign: that is temporary, the message is tried again and never leaves unsigned. */
export function prepare(message: Message, facts: Facts, decided: Decided): PreparedMessage {
  const common = throughStages(perMessage, message, facts);
  const expiresAt = new Date(startOf(facts).getTime() + facts.stream.expiryMinutes * MINUTE);
  const deliveries = message.envelope.rcptTo.map((recipient, index) =>
    prepareDelivery(common, { id: deliveryIdOf(message.id, index), recipient, index, expiresAt }, facts),
  );
  return {
    messageId: message.id,
    accountId: facts.account.id,
    streamId: facts.stream.id,
    resolution: decided.resolution,
    notes: common.notes,
    sandbox: decided.sandbox,
    deliveries,
    at: facts.now,
  };
}
