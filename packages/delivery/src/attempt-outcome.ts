/** How an attempt ended, before it is classified: what the SMTP client saw, or the gate that stopped it. */
import type { SmtpOutcome } from '@waybill/smtp-client/smtp-outcome';
import type { Passage } from './gates.ts';

/** The answer of a gate that does not let a delivery through. */
export type Stopping = Exclude<Passage, 'go'>;

export type AttemptOutcome = SmtpOutcome<Stopping>;
