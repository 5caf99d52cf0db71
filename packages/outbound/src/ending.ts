/** How an attempt ended, before anybody judges it. */
import type { Passage } from './gates.ts';
import type { WireReply } from './wire/reply-reader.ts';
import { type Failure, type Phase, WireError } from './wire/wire-error.ts';

export type Stopping = Exclude<Passage, 'go'>;

export type Ending =
  /** The other side had the last word. */
  | { readonly kind: 'replied'; readonly phase: Exclude<Phase, 'dns'>; readonly reply: WireReply }
  /** No word, and the message had not been handed over. */
  | {
      readonly kind: 'broken';
      readonly phase: Phase;
      readonly failure: Failure;
      readonly text: string;
      /** TLS broke: inside the handshake, or before the first reply that came through it. */
      readonly tlsBroke?: true;
    }
  /** No word after the final dot: they may have the message. RFC 1047. */
  | { readonly kind: 'unanswered'; readonly text: string }
  /** It cannot be sent there, or at all; `status` is the enhanced status that says why. RFC 3463. */
  | {
      readonly kind: 'unable';
      readonly outcome: 'bounced' | 'failed';
      readonly status: string;
      readonly text: string;
    }
  /** A gate stopped it between the claim and MAIL FROM: no server was asked to take the mail. */
  | { readonly kind: 'stopped'; readonly passage: Stopping }
  /** Somebody else holds the delivery now. */
  | { readonly kind: 'lease_lost' };

export const broken = (phase: Phase, error: unknown): Ending =>
  error instanceof WireError
    ? { kind: 'broken', phase, failure: error.failure, text: error.message }
    : { kind: 'broken', phase, failure: 'closed', text: 'an error of ours; the log has it' };
