/** How an attempt ended, before it is classified. */

import { ConnectionError, type Failure, type Phase } from './connection-error.ts';
import type { SmtpReply } from './reply-reader.ts';

/** How a transaction ended. `Stopped`: why the caller stopped it. */
export type SmtpOutcome<Stopped = never> =
  /** The server replied, and the reply decides. */
  | { readonly kind: 'replied'; readonly phase: Exclude<Phase, 'dns'>; readonly reply: SmtpReply }
  /** The conversation ended without a reply, before the final dot. */
  | {
      readonly kind: 'broken';
      readonly phase: Phase;
      readonly failure: Failure;
      readonly text: string;
      /** TLS failed: inside the handshake, or before the first reply that came through it. */
      readonly tlsFailed?: true;
    }
  /** No reply came to the final dot, so the server may have the message. RFC 1047. */
  | { readonly kind: 'unanswered'; readonly text: string }
  /** This message cannot be sent to this server, or to any; `status` is the enhanced status that says why. RFC 3463. */
  | {
      readonly kind: 'unable';
      readonly outcome: 'bounced' | 'failed';
      readonly status: string;
      readonly text: string;
      /** The extension that the server does not offer and that this message needs as it is. */
      readonly lacks?: '8BITMIME' | 'SMTPUTF8';
    }
  /** The caller stopped the transaction before MAIL FROM. */
  | { readonly kind: 'stopped'; readonly by: Stopped }
  /** No session was opened, because `permit` of the session pool gave none. */
  | { readonly kind: 'no_permit' }
  /** Another process holds the lease of the delivery, so the final dot was not sent. */
  | { readonly kind: 'lease_lost' };

/** The outcome of an error in this phase. */
export const broken = (phase: Phase, error: unknown): SmtpOutcome =>
  error instanceof ConnectionError
    ? { kind: 'broken', phase, failure: error.failure, text: error.message }
    : { kind: 'broken', phase, failure: 'closed', text: 'an internal error; the log has it' };
