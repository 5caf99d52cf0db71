/** From a message whose account is known to its deliveries: facts, stages, gates. The worker saves the result; an explanation shows it. */
import type { Note } from '@waybill/relay/message';
import type { PreparedMessage, StoredMessage } from '@waybill/relay/ports';
import { type FactPorts, loadFacts, type MessageFacts } from '@waybill/relay/submission/load-facts';
import type { Preparation } from '@waybill/relay/submission/preparation';
import type { StoredResolution } from '@waybill/relay/submission/resolve-stored';
import { stopPrepared } from './stop-prepared.ts';

export type PreparePorts = FactPorts & {
  readonly prepare: (preparation: Preparation) => Promise<PreparedMessage>;
};

export type Preparable = Pick<
  StoredMessage,
  | 'id'
  | 'bytes'
  | 'envelope'
  | 'options'
  | 'streamId'
  | 'acceptedAt'
  | 'sendAt'
  | 'sandbox'
  | 'headerFrom'
  | 'credentialId'
>;

/** The trace has to tell that the header in the stored message was not ours. */
const forgedNote: Note = {
  step: 'resolve-account',
  what: 'forged header ignored',
  reason: 'An X-Waybill-Account header was there whose MAC does not verify.',
};

const sourceOf = ({ id, bytes, envelope, options }: Preparable) => ({
  id,
  source: bytes,
  envelope,
  options,
});

const notesOf = ({ read }: StoredResolution): readonly Note[] =>
  read.header === 'forged' ? [forgedNote] : [];

export type Owned = Pick<MessageFacts, 'unsigned'> & {
  readonly accountId: string;
  readonly found: StoredResolution;
};

/** Throws when the message cannot be prepared or signed. */
export async function prepareResolved(
  stored: Preparable,
  { accountId, found, ...how }: Owned,
  ports: PreparePorts,
): Promise<PreparedMessage> {
  const resolution = { ...found.resolution, accountId };
  const facts = await loadFacts({ stored, resolution, from: found.read.from }, ports);
  const prepared = await ports.prepare({
    stored: sourceOf(stored),
    notes: notesOf(found),
    facts: { ...facts, ...how },
    decided: { resolution: found.resolution, sandbox: stored.sandbox },
  });
  return stopPrepared(prepared, stored, ports);
}
