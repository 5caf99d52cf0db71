import type { Message, Note } from '@waybill/relay/message';
import { openMessage } from '@waybill/relay/open-message';
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

/** `message`: the stored one, when it was opened already. */
export function runPreparation(
  { stored, notes, facts, decided }: Preparation,
  message: Message = openMessage(stored),
): Promise<PreparedMessage> {
  return prepare({ ...message, notes: [...message.notes, ...notes] }, facts, decided);
}
