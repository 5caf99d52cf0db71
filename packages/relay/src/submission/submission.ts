/** A submission before acceptance, and what acceptance uses of the process that accepts it. */
import type { KeyObject } from 'node:crypto';
import type { Envelope } from '@waybill/mail/envelope';
import type { Note, SubmissionOptions } from '../message.ts';
import type {
  Directory,
  JobProducer,
  MessageStore,
  SessionFacts,
  SubmissionRights,
  SuppressionList,
  Usage,
} from '../ports.ts';
import type { NetworkMatch } from '../resolve-account.ts';
import type { SubmissionKeys } from './submission-key.ts';

/** A submission of SMTP or HTTP, before acceptance. */
export type Submission = {
  readonly envelope: Envelope;
  /** The bytes of the client, dots unstuffed, lines ending in CRLF, with its `X-Waybill-*` headers. */
  readonly bytes: Buffer;
  readonly session: SessionFacts;
  /** SMTP AUTH or an API key. `credential` is set for SMTP credentials. */
  readonly authenticated:
    | {
        readonly accountId: string;
        /** `undefined`: mail of the product itself, which no client submitted. */
        readonly credentialId: string | undefined;
        readonly credential?: SubmissionRights;
      }
    | undefined;
  /** Registered networks that contain the connecting address, found by the session. */
  readonly networks: readonly NetworkMatch[];
  /** Changes that the listener made to the bytes, for the trace. */
  readonly notes?: readonly Note[];
  /** Options of the HTTP body. They take precedence over control headers in the message. */
  readonly options?: SubmissionOptions;
};

/** The ports that acceptance uses. */
export type AcceptPorts = {
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly usage: Usage;
  readonly messages: MessageStore;
  readonly jobs: JobProducer;
  readonly keys: SubmissionKeys;
};

/** Clock, random source, keys and limits of the process that accepts. */
export type AcceptDependencies = {
  readonly now: () => Date;
  /** Returns `size` random bytes. */
  readonly random: (size: number) => Buffer;
  /** MAC keys of `X-Waybill-Account`; the first one is used for new headers. */
  readonly headerKeys: readonly [KeyObject, ...KeyObject[]];
  /** The host name in `Received: … by`. */
  readonly hostName: string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** Called when the enqueue failed after the commit. The message is accepted, and the sweeper enqueues it later. */
  readonly onEnqueueFailure: (error: unknown, messageId: string) => void;
};
