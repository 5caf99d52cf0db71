/**
 * What the rules need from the world, in the words of the product. `packages/io` implements these; nothing in
 * `packages/relay` knows how. Ids are UUIDs here (`xxxxxxxx-…`); their public form lives in `id.ts`.
 */
import type { Envelope } from '@waybill/mail/envelope';
import type { Account, QuotaLeft, Stream, Suppression } from './account.ts';
import type { PreparedMessage } from './content/prepared.ts';
import type { MakeRoom } from './delivery/delivery-ports.ts';
import type { OwnReturnPath } from './domains/domain-records.ts';
import type { AddressClaim, DomainHolder } from './domains/sender-standing.ts';
import type { EventType } from './events/event.ts';
import type { Note, SubmissionOptions } from './message.ts';
import type { NetworkMatch, Resolution } from './resolve-account.ts';

export type { Account, DeliveryMode, QuotaLeft, Stream, Suppression } from './account.ts';
export type { PreparedDelivery, PreparedMessage } from './content/prepared.ts';
export type {
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  HeldLease,
  MakeRoom,
  StoppedDelivery,
  TranscriptLine,
} from './delivery/delivery-ports.ts';
export type { HeldReason } from './delivery/held-reason.ts';

export const queueNames = ['accepted', 'delivery', 'report', 'webhook'] as const;
export type QueueName = (typeof queueNames)[number];

/** Tells a consumer that a row awaits it. Losing a ring delays, never loses: the sweeper enqueues it again. */
export type JobProducer = {
  enqueue(queue: QueueName, ids: readonly string[], at?: Date): Promise<void>;
};

export type Credential = {
  readonly id: string;
  readonly accountId: string;
  readonly username: string;
  /** SHA-256 of each secret that is valid now (two during rotation). Secrets are generated, ≥ 128 bits: a fast hash is safe. */
  readonly secretHashes: readonly Buffer[];
  /** The recoverable secret, decrypted; only where CRAM-MD5 was switched on for this credential. */
  readonly cramSecret: string | undefined;
  /** RFC 5803 keys for SCRAM-SHA-256; the secret is not recoverable from them. */
  readonly scram:
    | {
        readonly salt: Buffer;
        readonly iterations: number;
        readonly storedKey: Buffer;
        readonly serverKey: Buffer;
      }
    | undefined;
  readonly streamId: string | undefined;
  readonly sandbox: boolean;
  /** CIDR networks from which alone this credential may be used; empty: anywhere. */
  readonly networks: readonly string[];
  /** Domains to which alone this credential may be put; empty: every domain of the account. */
  readonly senderDomains: readonly string[];
};

/** What a message was handed over with, live or revoked: an SMTP credential or an API key. */
export type SubmittingKey = {
  readonly kind: 'smtp_credential' | 'api_key';
  readonly revokedAt: Date | undefined;
  /** What becomes of the mail that it handed over before it was revoked. */
  readonly pending: PendingMail;
  readonly expiresAt: Date | undefined;
};

/** Mail of a revoked key that has not left: `hold` keeps it until it is released or cancelled, `send` lets it go on. */
const pendingMails = ['hold', 'send'] as const;
export type PendingMail = (typeof pendingMails)[number];

export type SigningKeyRow = {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** PKCS#8 PEM, decrypted. Callers cache the KeyObject, never the text. */
  readonly privateKeyPem: string;
};

/** Settings lookups, cached with invalidation. Every answer may be up to a few seconds old, never another account's. */
export type Directory = {
  accountById(accountId: string): Promise<Account | undefined>;
  streamsOf(accountId: string): Promise<readonly Stream[]>;
  /** By SMTP user name, or by credential id in its public form. Revoked ones are absent. */
  credentialByUsername(username: string): Promise<Credential | undefined>;
  credentialById(credentialId: string): Promise<Credential | undefined>;
  /** An SMTP credential or API key by id, revoked ones too. `undefined`: no row has this id. */
  submittingKeyById(keyId: string): Promise<SubmittingKey | undefined>;
  /** By the SHA-256 of a client certificate, lower-case hex. Each belongs to one live credential at most. */
  credentialByCertificate(fingerprint: string): Promise<Credential | undefined>;
  networksContaining(ip: string): Promise<readonly NetworkMatch[]>;
  /** Registrations of exactly this From address (normal form), one per account. */
  fromAddressClaims(address: string): Promise<readonly AddressClaim[]>;
  /** Who decides about this domain (A-labels, lower case): it or a domain above it is verified, or is the platform's own. */
  domainHolder(domain: string): Promise<DomainHolder | undefined>;
  /** Active keys of a verified domain of this account. */
  signingKeys(accountId: string, domain: string): Promise<readonly SigningKeyRow[]>;
  /** The own return path of a verified domain of this account; `undefined` when the domain is not verified for it. */
  returnPathOf(accountId: string, domain: string): Promise<OwnReturnPath | undefined>;
  /** Keys of the installation's own domain, for lenient accounts and the platform signature. */
  platformKeys(): Promise<readonly SigningKeyRow[]>;
};

export type SuppressionList = {
  /** Live suppressions among these addresses for the account, and the stream when one is given. Keyed by `foldedAddress`. */
  among(
    accountId: string,
    streamId: string | undefined,
    addresses: readonly string[],
  ): Promise<ReadonlyMap<string, Suppression>>;
  add(
    accountId: string,
    /** `expiresAt` undefined: without end. */
    suppression: Omit<Suppression, 'createdAt'> & { readonly expiresAt?: Date | undefined },
    evidence: Readonly<Record<string, unknown>>,
  ): Promise<void>;
};

/** What an account may send in a time. */
export type Usage = {
  /** For an early no, before the message is there. May be a second old, and takes nothing. */
  quotaLeft(account: Account, now: Date): Promise<QuotaLeft>;
  /** Takes all of the recipients or none; exact over all processes. */
  take(account: Account, recipients: number): Promise<Taking>;
};

export type Taking =
  | { readonly granted: false; readonly left: QuotaLeft }
  /** `giveBack`: for a submission that is not kept after all. */
  | { readonly granted: true; readonly giveBack: () => Promise<void> };

/** The session in which a message came in, as the trace shows it. */
export type SessionFacts = {
  readonly via: 'smtp' | 'http';
  readonly clientIp: string | undefined;
  readonly heloName: string | undefined;
  /** RFC 3848 keyword. */
  readonly protocol: string | undefined;
  readonly tls: string | undefined;
  readonly listener: string | undefined;
  readonly mechanism: string | undefined;
};

export type AcceptedMessage = {
  readonly id: string;
  readonly accountId: string;
  readonly credentialId: string | undefined;
  readonly streamId: string | undefined;
  readonly envelope: Envelope;
  readonly bytes: Buffer;
  readonly options: SubmissionOptions;
  readonly session: SessionFacts;
  readonly resolution: Resolution;
  readonly notes: readonly Note[];
  /** For search and lists only; the bytes stay the truth. */
  readonly headerFrom: string | undefined;
  readonly subject: string | undefined;
  readonly messageIdHeader: string | undefined;
  readonly sandbox: boolean;
  readonly acceptedAt: Date;
  /** Not before this time (Send-At); `undefined`: at once. */
  readonly sendAt: Date | undefined;
};

/** A session refusal or a worker's decision that no account owns a message. Visible to the operator. */
export type Discard = {
  readonly id: string;
  readonly messageId: string | undefined;
  readonly stage: 'session' | 'worker';
  readonly resolution: Resolution;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
};

/** A message as it lies in the database, for the worker. */
export type StoredMessage = AcceptedMessage & {
  readonly state: 'accepted' | 'processed' | 'discarded' | 'held';
  /** Runs of preparing it that are known to have begun, this one included. */
  readonly processAttempts: number;
  /** Whether the store will still know of this run when nothing comes of it. */
  readonly isRunCounted: boolean;
};

export type MessageStore = {
  /** Resolves after COMMIT; concurrent calls share a transaction. Rejects when nothing was kept. */
  accept(message: AcceptedMessage): Promise<void>;
  /** Counts a run, unless `makeRoom` rejects. */
  load(messageId: string, makeRoom?: MakeRoom): Promise<StoredMessage | undefined>;
  /** A run that failed and was not counted when it began. */
  countRun(messageId: string): Promise<void>;
  /**
   * One transaction: deliveries, message state and events. Running it twice changes nothing. Answers the ids of the deliveries that
   * are now held under the lease they came with, their first attempts begun.
   */
  savePrepared(prepared: PreparedMessage): Promise<readonly string[]>;
  saveDiscard(discard: Discard): Promise<void>;
  /** Poison: parked, visible, never dropped. */
  saveHeld(messageId: string, reason: string, at: Date): Promise<void>;
};

export type EventRow = {
  readonly id: string;
  readonly accountId: string;
  readonly messageId: string;
  readonly deliveryId: string | undefined;
  readonly type: EventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

export type EventStore = {
  /** Batched; resolves after COMMIT. Same id twice is one event. Moves delivery status forward where the event says so. */
  append(event: EventRow): Promise<void>;
};

/** Rows that are due and perhaps never enqueued. */
export type Sweeper = {
  /** What is due at `now`. It is not due again for a while, so that its ring has time to be heard. */
  due(queue: QueueName, now: Date, limit: number): Promise<readonly string[]>;
  /** Takes that pause back from those of `due` at the same `now` that could not be enqueued. */
  stillDue(queue: QueueName, ids: readonly string[], now: Date): Promise<void>;
};
