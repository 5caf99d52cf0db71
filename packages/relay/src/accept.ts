/** The one door: what SMTP and HTTP share once it is known who is speaking. Nobody refuses after it has resolved. */
import type { Envelope } from '@waybill/mail/envelope';
import type { Note, SubmissionOptions } from './message.ts';
import type {
  Credential,
  Directory,
  Doorbell,
  MessageStore,
  SessionFacts,
  SuppressionList,
  Usage,
} from './ports.ts';
import type { NetworkMatch, Resolution } from './resolve-account.ts';

export type Submission = {
  readonly envelope: Envelope;
  /** As the client sent them, dots unstuffed, lines ending in CRLF; its `X-Waybill-*` headers still in place. */
  readonly bytes: Buffer;
  readonly session: SessionFacts;
  /** SMTP-AUTH or an API key. `credential` is there for SMTP credentials. */
  readonly authenticated:
    | { readonly accountId: string; readonly credentialId: string; readonly credential?: Credential }
    | undefined;
  /** Registered networks that contain the connecting address, as the session found them. */
  readonly networks: readonly NetworkMatch[];
  /** Options of the HTTP body. A control header in the message wins over none of them. */
  readonly options?: SubmissionOptions;
};

export type AcceptPorts = {
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly usage: Usage;
  readonly messages: MessageStore;
  readonly doorbell: Doorbell;
};

/** Clock, dice, keys and limits of the process that accepts. */
export type AcceptWorld = {
  readonly now: () => Date;
  /** That many random octets. */
  readonly random: (size: number) => Buffer;
  /** Keys of `X-Waybill-Account`; the first signs. */
  readonly headerKeys: readonly [Buffer, ...Buffer[]];
  /** Our name in `Received: … by`. */
  readonly hostName: string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** The ring failed after the commit: still accepted, the sweeper rings later. Report it here. */
  readonly onDoorbellFailure: (error: unknown, messageId: string) => void;
};

export type Accepted = {
  readonly messageId: string;
  readonly accountId: string;
  readonly streamId: string | undefined;
  /** In the order of `recipients`, whose duplicates were merged. */
  readonly deliveryIds: readonly string[];
  readonly recipients: readonly string[];
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
  readonly sandbox: boolean;
};

/**
 * Control headers → strip → resolve → gates → our own fields on top → commit → ring.
 * Resolves after the commit, to be answered by 250 or 202; rejects with a `Refusal`, or with an accident, which is temporary.
 */
export type Accept = (submission: Submission, ports: AcceptPorts, world: AcceptWorld) => Promise<Accepted>;
