/** How an attempt ended, before anybody judges it. */

import { ConnectionError, type Failure, type Phase } from './connection-error.ts';
import type { SmtpReply } from './reply-reader.ts';

export type SmtpOutcome<Stopped = never> =
  /** The other side had the last word. */
  | { readonly kind: 'replied'; readonly phase: Exclude<Phase, 'dns'>; readonly reply: SmtpReply }
  /** No word, and the message had not been handed over. */
  | {
      readonly kind: 'broken';
      readonly phase: Phase;
      readonly failure: Failure;
      readonly text: string;
      /** TLS broke: inside the handshake, or before the first reply that came through it. */
      readonly tlsFailed?: true;
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
  /** The caller stopped it before MAIL FROM: no server was asked to take the mail. */
  | { readonly kind: 'stopped'; readonly by: Stopped }
  /** Somebody else holds the delivery now. */
  | { readonly kind: 'lease_lost' };

export const broken = (phase: Phase, error: unknown): SmtpOutcome =>
  error instanceof ConnectionError
    ? { kind: 'broken', phase, failure: error.failure, text: error.message }
    : { kind: 'broken', phase, failure: 'closed', text: 'an error of ours; the log has it' };
