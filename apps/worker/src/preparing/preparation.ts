import { openMessage } from '@waybill/relay/content/open-message';
import type { Message, Note } from '@waybill/relay/message';
import { type Decided, prepare } from '@waybill/relay/pipeline/prepare';
import type { Facts } from '@waybill/relay/pipeline/stage';
import type { PreparedMessage } from '@waybill/relay/ports';

/** Everything that `prepare` needs, as values that may cross to a thread: the MIME tree is parsed where it is used. */
export type Preparation = {
  readonly stored: Pick<Message, 'id' | 'source' | 'envelope' | 'options'>;
  /** What was noticed before, for the trace. */
  readonly notes: readonly Note[];
  readonly facts: Facts;
  readonly decided: Decided;
};

export type Prepare = (preparation: Preparation) => Promise<PreparedMessage>;

export type Preparing = {
  /** Rejects with `TooDear` when the message took more time or memory than one may. */
  readonly prepare: Prepare;
  close(): Promise<void>;
};

export function runPreparation({ stored, notes, facts, decided }: Preparation): PreparedMessage {
  const message = openMessage(stored);
  return prepare({ ...message, notes: [...message.notes, ...notes] }, facts, decided);
}
