import type { Message, Note } from '../message.ts';
import type { Decided } from '../pipeline/prepare.ts';
import type { MessageFacts } from './load-facts.ts';

/** One message of an account, and all that is needed to prepare it, as values that can be cloned. */
export type Preparation<Bytes = Buffer> = {
  readonly stored: Pick<Message, 'id' | 'envelope' | 'options'> & { readonly source: Bytes };
  /** Notes from before, for the trace. */
  readonly notes: readonly Note[];
  readonly facts: MessageFacts;
  readonly decided: Decided;
};
