import type { Envelope } from '@waybill/mail/envelope';
import type { SubmissionOptions } from '../message.ts';

/** A message that is ready to be submitted. */
export type Composed = {
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  readonly options: SubmissionOptions;
};
