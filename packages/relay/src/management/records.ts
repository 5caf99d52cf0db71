/** The rows of management as the product knows them. `packages/io` maps them from the tables. */

import type { Account, Stream, Suppression } from '../account.ts';
import type { OwnRule } from '../delivery/own-rule.ts';
import type { DomainChange } from '../domains/domain-changes.ts';
import type { DkimRecordType, DomainStatus } from '../domains/domain-records.ts';
import type { DeliveryStatus } from '../events/event.ts';
import type { LimitScope, OwnLimits } from '../limits/sending-limits.ts';
import type { PendingMail, StoredMessage } from '../ports.ts';

export type AccountRecord = Account & {
  readonly suspendedReason: string | undefined;
  /** From 0 to 1. Above it the account is suspended; `undefined`: the default. */
  readonly maxBounceRate: number | undefined;
  readonly maxComplaintRate: number | undefined;
  readonly createdAt: Date;
  /** `undefined`: the account is not being deleted. */
  readonly deletion: AccountDeletion | undefined;
};

export type AccountDeletion = {
  readonly askedAt: Date;
  /** The actor of the audit log. */
  readonly askedBy: string;
  /** Until then it can be undone. */
  readonly deletesAt: Date;
};

/** An absent setting stays unchanged; a setting with `undefined` is cleared. */
export type AccountSettings = Partial<Omit<Account, 'id' | 'status' | 'limits'>> & {
  readonly limitPerSecond?: number | undefined;
  readonly limitPerHour?: number | undefined;
  readonly limitPerDay?: number | undefined;
  readonly limitPerMonth?: number | undefined;
  readonly limitNewPerHour?: number | undefined;
  readonly maxBounceRate?: number | undefined;
  readonly maxComplaintRate?: number | undefined;
};

export type NewAccount = AccountSettings & {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The first stream of the account, `transactional`. */
  readonly streamId: string;
};

export type StreamRecord = Stream & {
  readonly retentionBytesDays: number;
  /** Of events and attempts. */
  readonly retentionEventsDays: number;
  /** Of messages and deliveries; not less than the other two. */
  readonly retentionMetadataDays: number;
  readonly createdAt: Date;
};

/** `isDefault`: the default of the account, in place of the one before. */
export type StreamSettings = Partial<Omit<StreamRecord, 'id' | 'accountId' | 'isDefault' | 'createdAt'>> & {
  readonly isDefault?: true;
};

/** `in_use`: this number of credentials names the stream. */
export type StreamRemoval = 'removed' | 'missing' | 'default' | { readonly inUse: number };

export type NewStream = StreamSettings & {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
};

/** Without `pending`, mail that was submitted with the key and is not sent yet is held. */
export type Revocation = { readonly at: Date; readonly pending?: PendingMail };

export type ApiKeyRecord = {
  readonly id: string;
  /** `undefined`: a key of the operator. */
  readonly accountId: string | undefined;
  readonly kind: 'live' | 'test' | 'admin';
  readonly name: string;
  readonly scopes: readonly string[];
  readonly limits: OwnLimits;
  /** The only networks that it works from; empty: all. */
  readonly networks: readonly string[];
  /** The only domains that it sends as; empty: all of the account. */
  readonly senderDomains: readonly string[];
  readonly createdAt: Date;
  readonly expiresAt: Date | undefined;
  /** Until when the secret before the last rotation works. */
  readonly previousExpiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedIp: string | undefined;
  readonly lastUsedAgent: string | undefined;
  /** When it was last sent over plain HTTP, where others may have read it. */
  readonly plainHttpAt: Date | undefined;
};

/** An absent setting stays. */
export type ApiKeySettings = Partial<Pick<ApiKeyRecord, 'name' | 'limits' | 'networks' | 'senderDomains'>>;

export type NewApiKey = {
  readonly id: string;
  readonly accountId?: string;
  readonly kind: 'live' | 'test' | 'admin';
  readonly name: string;
  readonly secretHash: Buffer;
  readonly scopes: readonly string[];
  readonly limits?: OwnLimits;
  readonly networks?: readonly string[];
  readonly senderDomains?: readonly string[];
  readonly expiresAt?: Date;
  readonly createdAt: Date;
};

export type SmtpCredentialRecord = {
  readonly id: string;
  readonly accountId: string;
  readonly username: string;
  readonly name: string;
  readonly streamId: string | undefined;
  readonly cramMd5: boolean;
  readonly sandbox: boolean;
  readonly networks: readonly string[];
  readonly senderDomains: readonly string[];
  /** SHA-256 of client certificates, lower-case hex. */
  readonly certificateFingerprints: readonly string[];
  readonly limits: OwnLimits;
  readonly createdAt: Date;
  readonly previousExpiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly lastUsedIp: string | undefined;
};

export type SmtpCredentialSettings = Partial<
  Pick<
    SmtpCredentialRecord,
    'name' | 'streamId' | 'sandbox' | 'networks' | 'senderDomains' | 'certificateFingerprints' | 'limits'
  >
>;

export type NewSmtpCredential = SmtpCredentialSettings & {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  /** A generated secret. Stored as a hash; with CRAM-MD5 also encrypted. */
  readonly secret: string;
  readonly cramMd5?: boolean;
  readonly createdAt: Date;
};

export type IpNetworkRecord = {
  readonly id: string;
  /** `undefined`: a trusted relay of the operator. */
  readonly accountId: string | undefined;
  readonly cidr: string;
  readonly shared: boolean;
  readonly label: string;
  readonly createdAt: Date;
};

export type NewIpNetwork = {
  readonly id: string;
  readonly accountId?: string;
  /** Without host bits: `198.51.100.0/24`, `2001:db8::/48`. */
  readonly cidr: string;
  readonly shared: boolean;
  readonly label: string;
  readonly createdAt: Date;
  /** For the operator: the network may overlap with one of another account or a trusted relay. The longest prefix wins. */
  readonly mayOverlap?: boolean;
};

export type FromAddressRecord = {
  readonly id: string;
  readonly address: string;
  /** The proof of the address itself, independent of its domain. */
  readonly status: 'unconfirmed' | 'confirmed' | 'vouched';
  readonly createdAt: Date;
};

export type SuppressionRecord = Suppression & {
  readonly id: string;
  readonly evidence: Readonly<Record<string, unknown>>;
  readonly expiresAt: Date | undefined;
};

export type NewSuppression = {
  readonly id: string;
  /** The result of `foldedAddress`. */
  readonly address: string;
  readonly reason: Suppression['reason'];
  readonly streamId?: string;
  readonly evidence?: Readonly<Record<string, unknown>>;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
};

export type MessageAction = 'cancel' | 'retry' | 'release';

/** What an action on messages changed. */
export type Moved = {
  /** Messages that were not prepared: they go back to the worker. */
  readonly messages: readonly string[];
  readonly deliveries: readonly { readonly id: string; readonly messageId: string }[];
};

/** A message as actions see it. */
export type MessageStanding = {
  readonly message: { readonly state: StoredMessage['state']; readonly scheduledAt: Date | undefined };
  readonly deliveries: readonly {
    readonly id: string;
    readonly status: DeliveryStatus;
    readonly nextAttemptAt: Date | undefined;
  }[];
};

/** Rows from which a recipient was taken, by what they are. */
export type ErasureReport = {
  readonly messages: number;
  /** Bytes of messages. */
  readonly contents: number;
  readonly deliveries: number;
  readonly attempts: number;
  readonly events: number;
  /** What came to our return paths. */
  readonly reports: number;
  readonly sandbox_messages: number;
  readonly discards: number;
  readonly webhook_deliveries: number;
  readonly audit_entries: number;
  /** Entries from before the chain of the audit log allowed it. */
  readonly audit_entries_kept: number;
  /** Messages that are still on their way to other recipients. */
  readonly waiting: number;
};

export type ErasureRecord = {
  readonly id: string;
  readonly accountId: string;
  /** The keyed hash of the address, as the list of suppressions has it. */
  readonly addressKey: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
  readonly completedAt: Date | undefined;
  readonly report: ErasureReport;
};

export type NewErasure = Pick<
  ErasureRecord,
  'id' | 'accountId' | 'addressKey' | 'requestedBy' | 'requestedAt'
> & {
  /** `foldedAddress`. Encrypted while there is work left, then deleted. */
  readonly address: string;
};

/** A message that the sandbox received. */
export type SandboxRecord = {
  readonly id: string;
  readonly deliveryId: string | undefined;
  readonly mailFrom: string;
  readonly rcptTo: string;
  readonly heloName: string;
  readonly tls: string | undefined;
  readonly size: number;
  readonly receivedAt: Date;
};

type KeyState = 'published' | 'active' | 'retired';

export type DkimKeyRecord = {
  readonly id: string;
  readonly selector: string;
  readonly algorithm: 'rsa' | 'ed25519';
  /** base64 as in `p=`. Only the directory decrypts the private key. */
  readonly publicKey: string;
  readonly state: KeyState;
  readonly createdAt: Date;
  readonly retiredAt: Date | undefined;
};

/** How keys are renewed: when the owner asks, or once a year. */
export const dkimRotations = ['manual', 'yearly'] as const;
export type DkimRotation = (typeof dkimRotations)[number];

/** An absent setting stays unchanged; a setting with `undefined` is cleared. */
export type SenderDomainSettings = {
  readonly trackingHost?: string | undefined;
  readonly dkimRotation?: DkimRotation;
};

export type SenderDomainRecord = {
  readonly id: string;
  /** `undefined`: a domain of the installation. */
  readonly accountId: string | undefined;
  readonly domain: string;
  readonly status: DomainStatus;
  /** The status of `bounce.<domain>`. */
  readonly returnPathStatus: DomainStatus;
  /** The host of links and pixels; `undefined`: that of the installation. */
  readonly trackingHost: string | undefined;
  readonly trackingStatus: DomainStatus;
  readonly dkimRecord: DkimRecordType;
  readonly dkimRotation: DkimRotation;
  /** The zone cut above the domain; `undefined`: DNS did not say. */
  readonly zone: string | undefined;
  /** The JSON that `saveChecks` saved. */
  readonly checks: readonly unknown[];
  readonly createdAt: Date;
  readonly checkedAt: Date | undefined;
  readonly verifiedAt: Date | undefined;
  readonly keys: readonly DkimKeyRecord[];
};

export type NewDkimKey = Omit<DkimKeyRecord, 'retiredAt'> & { readonly privateKeyPem: string };

export type NewSenderDomain = Partial<
  Pick<SenderDomainRecord, 'trackingHost' | 'dkimRecord' | 'dkimRotation' | 'zone'>
> & {
  readonly id: string;
  readonly accountId?: string;
  /** A-labels, lower case. */
  readonly domain: string;
  readonly createdAt: Date;
  readonly keys: readonly NewDkimKey[];
};

/** A stream or a credential with limits of its own. */
export type LimitedRecord = {
  readonly scope: LimitScope;
  readonly prefix: 'str' | 'cred' | 'key';
  readonly id: string;
  readonly name: string;
  readonly limits: OwnLimits;
};

/** What was accepted on a day, in UTC. */
export type UsageDay = {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  readonly messages: number;
  readonly recipients: number;
  readonly bytes: number;
};
/** One check of a domain that found something else than the one before. */
export type DomainChangeRecord = DomainChange & { readonly id: string };

export type BounceRuleRecord = OwnRule & {
  /** From 1. */
  readonly position: number;
  readonly note: string;
  readonly createdAt: Date;
};

/** Without a position it is tried last. */
export type NewBounceRule = Omit<BounceRuleRecord, 'position'> & { readonly position: number | undefined };
export type BounceRuleChange = Partial<Omit<BounceRuleRecord, 'id' | 'createdAt'>>;
