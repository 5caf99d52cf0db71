/** From one accepted message to a delivery per recipient, each with its patch. The worker's decision, without its ports. */
import type { Envelope } from '@waybill/mail/envelope';
import type { Message, SubmissionOptions } from '../message.ts';
import type { PreparedMessage } from '../prepared.ts';
import type { Resolution } from '../resolve-account.ts';
import type { Facts } from './stage.ts';

export type Stored = {
  readonly id: string;
  readonly source: Buffer;
  readonly envelope: Envelope;
  readonly options: SubmissionOptions;
};

/** Parses header and MIME tree once. */
export type OpenMessage = (stored: Stored) => Message;

/** How the worker resolved the message, and whether it ends in the sandbox. */
export type Decided = { readonly resolution: Resolution; readonly sandbox: boolean };

/** Rejects when it cannot sign: that is temporary, the message is tried again and never leaves unsigned. */
export type Prepare = (message: Message, facts: Facts, decided: Decided) => Promise<PreparedMessage>;
