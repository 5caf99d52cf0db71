/**
 * The ports of the rules. `packages/io` implements them. Ids are UUIDs here (`xxxxxxxx-…`); `id.ts` converts to the public form.
 */
import type { Envelope } from '@waybill/mail/envelope';
import type { Account, QuotaLeft, Stream, Suppression } from './account.ts';
import type { PreparedMessage } from './content/prepared.ts';
import type { ClaimedDelivery, MakeRoom } from './delivery/delivery-ports.ts';
import type { PreparedClaim } from './delivery/prepared-claim.ts';
import type { OwnReturnPath } from './domains/domain-records.ts';
import type { AddressClaim, DomainHolder } from './domains/sender-standing.ts';
import type { AccountEventType, EventType } from './events/event.ts';
import type { LimitState, LimitSubject, OwnLimits } from './limits/sending-limits.ts';
import type { Note, SubmissionOptions } from './message.ts';
import type { NetworkMatch, Resolution } from './resolve-account.ts';

export type { Account, DeliveryMode, QuotaLeft, Stream, Suppression } from './account.ts';
export type { PreparedAgain, PreparedDelivery, PreparedMessage } from './content/prepared.ts';
export type {
  AttemptResult,
  ClaimedDelivery,
  DeliveryStore,
  HeldLease,
  MakeRoom,
  PrepareAgain,
  StoppedDelivery,
  TranscriptLine,
} from './delivery/delivery-ports.ts';
export type { HeldReason } from './delivery/held-reason.ts';
export type { PreparedClaim } from './delivery/prepared-claim.ts';

/** The job queues. */
export const queueNames = ['accepted', 'delivery', 'report', 'webhook'] as const;
export type QueueName = (typeof queueNames)[number];

/** Enqueues ids of rows that need work. A lost job delays the row only: the sweeper enqueues it again. */
export type JobProducer = {
  enqueue(queue: QueueName, ids: readonly string[], at?: Date): Promise<void>;
};

/** An SMTP credential with the data that each login mechanism needs. */
/** What a credential or key changes about a submission. */
export type SubmissionRights = Pick<Credential, 'streamId' | 'sandbox' | 'senderDomains'>;

export type Credential = {
  readonly id: string;
  readonly accountId: string;
  readonly username: string;
  /** SHA-256 of each valid secret (two during rotation). Secrets are generated with ≥ 128 bits, so a fast hash is safe. */
  readonly secretHashes: readonly Buffer[];
  /** The decrypted secret; set only when CRAM-MD5 is on for this credential. */
  readonly cramSecret: string | undefined;
  /** Keys for SCRAM-SHA-256 (RFC 5803). The secret cannot be derived from them. */
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
  /** The only CIDR networks from which this credential may be used; empty: all. */
  readonly networks: readonly string[];
  /** The only domains that this credential may send as; empty: every domain of the account. */
  readonly senderDomains: readonly string[];
};

/** The SMTP credential or API key of a submission, live or revoked. */
export type SubmittingKey = {
  readonly kind: 'smtp_credential' | 'api_key';
  readonly revokedAt: Date | undefined;
  /** What happens to mail that was submitted with it before it was revoked. */
  readonly pending: PendingMail;
  readonly expiresAt: Date | undefined;
  /** Of the secrets of an API key that are valid: two during a rotation. */
  readonly secretHashes?: readonly Buffer[];
  /** Absent: none of its own. */
  readonly limits?: OwnLimits;
};

/** Mail of a revoked key that is not sent yet: `hold` keeps it until it is released or cancelled, `send` sends it. */
const pendingMails = ['hold', 'send'] as const;
export type PendingMail = (typeof pendingMails)[number];

/** A DKIM key that signs. */
export type SigningKeyRow = {
  readonly domain: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** PKCS#8 PEM, decrypted. Callers cache the KeyObject, not the text. */
  readonly privateKeyPem: string;
};

/** Look-ups of settings, cached with invalidation. An answer may be a few seconds old. */
export type Directory = {
  accountById(accountId: string): Promise<Account | undefined>;
  streamsOf(accountId: string): Promise<readonly Stream[]>;
  /** A credential by SMTP user name, or by credential id in its public form. `undefined` for revoked ones. */
  credentialByUsername(username: string): Promise<Credential | undefined>;
  credentialById(credentialId: string): Promise<Credential | undefined>;
  /** An SMTP credential or API key by id, also a revoked one. `undefined`: no row has this id. */
  submittingKeyById(keyId: string): Promise<SubmittingKey | undefined>;
  /** A credential by the SHA-256 of its client certificate, in lower-case hex. A certificate belongs to at most one live credential. */
  credentialByCertificate(fingerprint: string): Promise<Credential | undefined>;
  networksContaining(ip: string): Promise<readonly NetworkMatch[]>;
  /** Registrations of this exact From address (normal form), one per account. */
  fromAddressClaims(address: string): Promise<readonly AddressClaim[]>;
  /** The holder of this domain (A-labels, lower case): the domain or a parent is verified, or belongs to the platform. */
  domainHolder(domain: string): Promise<DomainHolder | undefined>;
  /** Active keys of a verified domain of this account. */
  signingKeys(accountId: string, domain: string): Promise<readonly SigningKeyRow[]>;
  /** The own return path of a verified domain of this account; `undefined` when the domain is not verified for it. */
  returnPathOf(accountId: string, domain: string): Promise<OwnReturnPath | undefined>;
  /** The verified tracking host of a verified domain of this account. */
  trackingHostOf(accountId: string, domain: string): Promise<string | undefined>;
  /** Keys of the domain of the installation, for lenient accounts and the platform signature. */
  platformKeys(): Promise<readonly SigningKeyRow[]>;
};

/** The suppressions of accounts. */
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

/** Recipients to be taken out of the limits of an account, and of its stream and credential. */
export type Wanted = {
  readonly accountId: string;
  readonly subjects: readonly LimitSubject[];
  /** In the folded form. */
  readonly recipients: readonly string[];
};

/** The sending limits over time. */
export type Usage = {
  /** The remaining quota, for an early refusal before DATA. May be a second old. Uses nothing. */
  quotaLeft(wanted: Omit<Wanted, 'recipients'>): Promise<QuotaLeft>;
  /** Uses quota for all recipients or for none; exact over all processes. */
  take(wanted: Wanted): Promise<Taking>;
};

/** The result of `Usage.take`. */
export type Taking =
  | {
      readonly granted: false;
      readonly left: QuotaLeft;
      /** Recipients that the account never sent to, where a limit counts them. */
      readonly fresh: number;
      readonly limits: readonly LimitState[];
    }
  /** `giveBack` returns the quota of a submission that is not stored. */
  | {
      readonly granted: true;
      readonly giveBack: () => Promise<void>;
      readonly limits: readonly LimitState[];
    };

/** The session in which a message was submitted, for the trace. */
export type SessionFacts = {
  readonly via: 'smtp' | 'http';
  readonly clientIp: string | undefined;
  readonly heloName: string | undefined;
  /** The keyword of the protocol, for example `ESMTPSA`. RFC 3848. */
  readonly protocol: string | undefined;
  readonly tls: string | undefined;
  readonly listener: string | undefined;
  readonly mechanism: string | undefined;
};

/** A message at acceptance, as it is stored. */
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
  /** For search and lists only; the header of the stored bytes is authoritative. */
  readonly headerFrom: string | undefined;
  readonly subject: string | undefined;
  readonly messageIdHeader: string | undefined;
  readonly sandbox: boolean;
  readonly acceptedAt: Date;
  /** The earliest send time (Send-At); `undefined`: at once. */
  readonly sendAt: Date | undefined;
};

/** A session refusal, or the decision of a worker that no account owns a message. Visible to the operator. */
export type Discard = {
  readonly id: string;
  readonly messageId: string | undefined;
  readonly stage: 'session' | 'worker';
  readonly resolution: Resolution;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly occurredAt: Date;
};

/** A stored message, for the worker. */
export type StoredMessage = AcceptedMessage & {
  readonly state: 'accepted' | 'processed' | 'discarded' | 'held';
  /** The number of recorded preparation runs, this one included. */
  readonly processAttempts: number;
  /** Whether the store has recorded this run. */
  readonly isRunCounted: boolean;
};

/** The store of messages. */
export type MessageStore = {
  /** Resolves after COMMIT; concurrent calls share a transaction. Rejects when the message was not stored. */
  accept(message: AcceptedMessage): Promise<void>;
  /** Loads a message and records a run, unless `makeRoom` rejects. */
  load(messageId: string, makeRoom?: MakeRoom): Promise<StoredMessage | undefined>;
  /** Records a failed run that was not recorded at its start. */
  countRun(messageId: string): Promise<void>;
  /**
   * One transaction: deliveries, message state and events. Running it twice changes nothing. With a `claim` the deliveries that it
   * names are leased to the caller with their first attempt begun. Returns those; none when another run saved the message before.
   */
  savePrepared(prepared: PreparedMessage, claim?: PreparedClaim): Promise<readonly ClaimedDelivery[]>;
  saveDiscard(discard: Discard): Promise<void>;
  /** Holds a message that cannot be prepared. It stays visible and is never deleted. */
  saveHeld(messageId: string, reason: string, at: Date): Promise<void>;
};

/** An event as it is stored. */
export type EventRow = {
  readonly id: string;
  readonly accountId: string;
  readonly messageId: string;
  readonly deliveryId: string | undefined;
  readonly type: EventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** The store of events. */
export type EventStore = {
  /** Appends an event in a batch and moves the delivery status; resolves after COMMIT. The same id twice is one event. */
  append(event: EventRow): Promise<void>;
};

/** An event of an account that concerns no message. */
export type AccountEvent = {
  /** A derived id makes the same fact one event, however often it is appended. Absent: a new one. */
  readonly id?: string;
  readonly accountId: string;
  readonly type: AccountEventType;
  readonly occurredAt: Date;
  readonly detail: Readonly<Record<string, unknown>>;
};

/** The one way in for events that a use-case appends. Readers (webhooks, statistics, notices) get each of them. */
export type Outbox = { append(...events: readonly AccountEvent[]): Promise<void> };

/** Finds rows that are due and may never have been enqueued. */
export type Sweeper = {
  /** Ids that are due at `now`. They are not due again for a time, so that a consumer can handle the job first. */
  due(queue: QueueName, now: Date, limit: number): Promise<readonly string[]>;
  /** Makes ids of `due` at the same `now` due again, because they could not be enqueued. */
  stillDue(queue: QueueName, ids: readonly string[], now: Date): Promise<void>;
};
