import { openMessage } from '@waybill/relay/content/open-message';
import type { Message, Note } from '@waybill/relay/message';
import { type Decided, prepare } from '@waybill/relay/pipeline/prepare';
import type { Facts } from '@waybill/relay/pipeline/stage';
import type { PreparedMessage, SigningKeyRow } from '@waybill/relay/ports';
import { openDkimKeys } from './dkim-keys.ts';

/** What every message of this installation is prepared with. */
export type Installation = Pick<Facts, 'tracking' | 'returnPath' | 'platformDomain' | 'platformSignature'>;

/** The facts of one message. Keys are PEM texts, because a thread caches the parsed keys. */
export type MessageFacts = Omit<Facts, keyof Installation | 'signingKeys' | 'platformKeys'> & {
  readonly signingKeys: readonly SigningKeyRow[];
  readonly platformKeys: readonly SigningKeyRow[];
};

/** One message of an account, and all that is needed to prepare it, as values that can be cloned. */
export type Preparation<Bytes = Buffer> = {
  readonly stored: Pick<Message, 'id' | 'envelope' | 'options'> & { readonly source: Bytes };
  /** Notes from before, for the trace. */
  readonly notes: readonly Note[];
  readonly facts: MessageFacts;
  readonly decided: Decided;
};

/** Prepares in this thread. Throws when the message cannot be signed. */
export function openPreparation(installation: Installation): (preparation: Preparation) => PreparedMessage {
  const keys = openDkimKeys();
  return ({ stored, notes, facts, decided }) => {
    const message = openMessage(stored);
    const allFacts = {
      ...facts,
      ...installation,
      signingKeys: keys.of(facts.signingKeys),
      platformKeys: keys.of(facts.platformKeys),
    };
    return prepare({ ...message, notes: [...message.notes, ...notes] }, allFacts, decided);
  };
}
