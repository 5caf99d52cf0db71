import type { Phase } from './connection-error.ts';
import type { SmtpReply } from './reply-reader.ts';
import type { SmtpOutcome } from './smtp-outcome.ts';

/** Thrown when no session was opened; `outcome` says why. */
export class NoSession extends Error {
  readonly outcome: SmtpOutcome;
  constructor(outcome: SmtpOutcome, options?: ErrorOptions) {
    super('no session', options);
    this.outcome = outcome;
  }
}

/** Ends the opening of a session with the reply that refused it. */
export const refuseSession = (phase: Exclude<Phase, 'dns'>, reply: SmtpReply): never => {
  throw new NoSession({ kind: 'replied', phase, reply });
};
