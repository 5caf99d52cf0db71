/** Prepares an accepted message: one delivery per recipient, each with its patch. Pure; the worker loads and saves. */
import { foldedAddress } from '@waybill/mail/address';
import { encodePatch } from '@waybill/mail/patch';
import type { Suppression } from '../account.ts';
import type { SkippedChange } from '../content/body-changes.ts';
import { bodyChangesOf, patchOf } from '../content/patch-of.ts';
import type { PreparedDelivery, PreparedMessage } from '../content/prepared.ts';
import { describeSuppression, isBypassed } from '../delivery/suppression.ts';
import { deliveryIdOf } from '../id.ts';
import type { Message, Note } from '../message.ts';
import type { Resolution } from '../resolve-account.ts';
import { settleTrackingNotes } from '../tracking/settle-tracking-notes.ts';
import { perMessage, perRecipient, throughStages } from './pipeline.ts';
import type { Facts } from './stage.ts';

/** The account resolution of the worker, and whether the message is delivered to the sandbox. */
export type Decided = { readonly resolution: Resolution; readonly sandbox: boolean };

/** A delivery, and the edits that could not be applied to its copy. */
type Prepared = { readonly delivery: PreparedDelivery; readonly skipped: readonly SkippedChange[] };

type Recipient = Pick<PreparedDelivery, 'id' | 'recipient' | 'index' | 'expiresAt'>;

const MINUTE = 60_000;

/** The start of the expiry. A scheduled message expires relative to its send time. */
const startOf = ({ acceptedAt, sendAt }: Facts): Date =>
  sendAt !== undefined && sendAt > acceptedAt ? sendAt : acceptedAt;

/** Notes for edits that the encoding or charset of a part does not allow. Links in such a part are not tracked. */
function skippedNotes(skipped: readonly SkippedChange[]): readonly Note[] {
  if (skipped.length === 0) return [];
  const reasons = Object.groupBy(skipped, ({ reason }) => reason);
  const detail = Object.fromEntries(Object.entries(reasons).map(([reason, list]) => [reason, list.length]));
  return [
    {
      step: 'patch',
      what: 'edits skipped',
      reason: 'The part’s encoding or line length does not allow them; the bytes stay unchanged.',
      detail,
    },
  ];
}

const suppressedDelivery = (recipient: Recipient, suppression: Suppression): PreparedDelivery => ({
  ...recipient,
  status: 'suppressed',
  reason: describeSuppression(suppression),
  returnPath: undefined,
  patch: undefined,
  notes: [],
});

const bypassNote = (suppression: Suppression): Note => ({
  step: 'suppression',
  what: 'suppression bypassed',
  reason: `The client asked for it. ${describeSuppression(suppression)}`,
});

function queuedDelivery(message: Message, recipient: Recipient, facts: Facts): Prepared {
  const copy = { ...message, notes: [], copy: { deliveryId: recipient.id, recipient: recipient.recipient } };
  const ready = throughStages(perRecipient, copy, facts);
  const { skipped } = bodyChangesOf(ready);
  const delivery: PreparedDelivery = {
    ...recipient,
    status: 'queued',
    reason: 'It is prepared and waits for its first attempt.',
    returnPath: ready.copy?.returnPath,
    patch: encodePatch(patchOf(ready)),
    notes: [...ready.notes, ...skippedNotes(skipped)],
  };
  return { delivery, skipped };
}

function prepareDelivery(message: Message, recipient: Recipient, facts: Facts): Prepared {
  const suppression = facts.suppressed.get(foldedAddress(recipient.recipient));
  if (!suppression) return queuedDelivery(message, recipient, facts);
  if (!isBypassed(suppression, message.options)) {
    return { delivery: suppressedDelivery(recipient, suppression), skipped: [] };
  }
  const { delivery, skipped } = queuedDelivery(message, recipient, facts);
  return { delivery: { ...delivery, notes: [bypassNote(suppression), ...delivery.notes] }, skipped };
}

/** Prepares all deliveries. Throws when signing fails. That is temporary: the message is tried again and never sent unsigned. */
export function prepare(message: Message, facts: Facts, decided: Decided): PreparedMessage {
  const common = throughStages(perMessage, message, facts);
  const expiresAt = new Date(startOf(facts).getTime() + facts.stream.expiryMinutes * MINUTE);
  const prepared = message.envelope.rcptTo.map((recipient, index) =>
    prepareDelivery(common, { id: deliveryIdOf(message.id, index), recipient, index, expiresAt }, facts),
  );
  const skipped = prepared.find((one) => one.skipped.length > 0)?.skipped ?? [];
  return {
    messageId: message.id,
    accountId: facts.account.id,
    streamId: facts.stream.id,
    resolution: decided.resolution,
    notes: settleTrackingNotes(common.notes, skipped),
    sandbox: decided.sandbox,
    deliveries: prepared.map(({ delivery }) => delivery),
    at: facts.now,
  };
}
