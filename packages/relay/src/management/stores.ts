/** What use-cases need of the database. Every method names the account; `undefined` is the operator's own row. */

import type { AttentionStore } from '../attention/attention-store.ts';
import type { DomainStore } from '../domains/verify-domain.ts';
import type { LimitState, LimitSubject } from '../limits/sending-limits.ts';
import type { Outbox } from '../ports.ts';
import type { AuditPorts } from './audit.ts';
import type { MessageFilter } from './message-filter.ts';
import type * as rows from './records.ts';
import type { WebhookDeliveryStore, WebhookStore } from './webhook-records.ts';

type AccountId = string | undefined;

export type Stores = {
  readonly accounts: {
    one(id: string): Promise<rows.AccountRecord | undefined>;
    /** With its first stream. */
    create(account: rows.NewAccount): Promise<rows.AccountRecord>;
    change(id: string, settings: rows.AccountSettings): Promise<rows.AccountRecord | undefined>;
    /** With the event `account.suspended`, if it was active. */
    suspend(id: string, reason: string): Promise<boolean>;
    /** With the event `account.resumed`, if it was suspended. */
    resume(id: string): Promise<boolean>;
    remove(id: string, at: Date): Promise<boolean>;
    /** With the event `account.deletion_requested`. `false`: it is being deleted already. */
    beginDeletion(id: string, deletion: rows.AccountDeletion): Promise<boolean>;
    /** With the event `account.deletion_near`, once for each account that is erased within three days. The number of events. */
    remindOfDeletion(at: Date): Promise<number>;
    /** With the event `account.deletion_undone`. The deliveries that the deletion cancelled; `undefined`: it is not being deleted. */
    undoDeletion(id: string, at: Date): Promise<number | undefined>;
  };
  readonly apiKeys: {
    create(key: rows.NewApiKey): Promise<rows.ApiKeyRecord>;
    one(accountId: AccountId, id: string): Promise<rows.ApiKeyRecord | undefined>;
    change(
      accountId: string,
      id: string,
      settings: rows.ApiKeySettings,
    ): Promise<rows.ApiKeyRecord | undefined>;
    rotate(
      accountId: string,
      id: string,
      to: { readonly secretHash: Buffer; readonly graceUntil: Date },
    ): Promise<rows.ApiKeyRecord | undefined>;
    revoke(accountId: AccountId, id: string, revocation: rows.Revocation): Promise<boolean>;
    /** A key of the operator; the last one that works stays. */
    revokeOperators(id: string, at: Date): Promise<'revoked' | 'missing' | 'last'>;
  };
  readonly attention: AttentionStore;
  readonly bounceRules: {
    /** In the order in which they are tried. */
    list(): Promise<readonly rows.BounceRuleRecord[]>;
    /** `undefined`: there are as many as there may be. */
    create(rule: rows.NewBounceRule, most: number): Promise<rows.BounceRuleRecord | undefined>;
    change(id: string, change: rows.BounceRuleChange): Promise<rows.BounceRuleRecord | undefined>;
    remove(id: string): Promise<boolean>;
  };
  readonly erasures: {
    create(erasure: rows.NewErasure): Promise<void>;
    one(accountId: string, id: string): Promise<rows.ErasureRecord | undefined>;
    /** Does what can be done now. */
    work(id: string, at: Date): Promise<void>;
  };
  readonly ipNetworks: {
    create(network: rows.NewIpNetwork): Promise<rows.IpNetworkRecord>;
    remove(accountId: AccountId, id: string): Promise<rows.IpNetworkRecord | undefined>;
  };
  readonly limits: {
    /** Streams and credentials with limits of their own. */
    ownOf(accountId: string): Promise<readonly rows.LimitedRecord[]>;
    /** The limits of these subjects as they stand. */
    states(accountId: string, subjects: readonly LimitSubject[]): Promise<readonly LimitState[]>;
    /** Days on which something was accepted, both ends included. */
    days(accountId: string, from: string, to: string): Promise<readonly rows.UsageDay[]>;
  };
  readonly fromAddresses: {
    create(accountId: string, row: Omit<rows.FromAddressRecord, 'status'>): Promise<rows.FromAddressRecord>;
    one(accountId: string, id: string): Promise<rows.FromAddressRecord | undefined>;
    vouch(accountId: string, id: string, at: Date): Promise<rows.FromAddressRecord | undefined>;
    remove(accountId: string, id: string): Promise<boolean>;
  };
  readonly outbox: Outbox;
  readonly messages: {
    one(accountId: string, id: string): Promise<rows.MessageStanding | undefined>;
    cancel(accountId: string, ids: readonly string[], at: Date): Promise<rows.Moved>;
    retry(accountId: string, ids: readonly string[], at: Date): Promise<rows.Moved>;
    release(accountId: string, ids: readonly string[], at: Date): Promise<rows.Moved>;
    /** `false`: the message has no send time, or it was prepared, cancelled or held before. */
    reschedule(asked: {
      readonly accountId: string;
      readonly messageId: string;
      /** `undefined`: at once. */
      readonly sendAt: Date | undefined;
      readonly at: Date;
    }): Promise<boolean>;
    /** Messages of the filter that the action can change, newest first. `next`: older ones were not looked at yet. */
    actionable(
      accountId: string,
      action: rows.MessageAction,
      page: MessageFilter & { readonly limit: number; readonly after?: string },
    ): Promise<{ readonly ids: readonly string[]; readonly next: string | undefined }>;
  };
  readonly sandbox: {
    one(
      accountId: AccountId,
      id: string,
      which: { readonly onlyTests?: true },
    ): Promise<rows.SandboxRecord | undefined>;
    /** One message, or all. Returns the number that was removed. */
    remove(accountId: AccountId, which: { readonly id?: string; readonly onlyTests?: true }): Promise<number>;
  };
  readonly senderDomains: DomainStore<rows.SenderDomainRecord> & {
    /** Of every account and of the installation, newest first. */
    all(page: {
      readonly limit: number;
      readonly after?: string;
    }): Promise<readonly rows.SenderDomainRecord[]>;
    create(domain: rows.NewSenderDomain): Promise<rows.SenderDomainRecord>;
    change(
      accountId: AccountId,
      id: string,
      settings: rows.SenderDomainSettings,
    ): Promise<rows.SenderDomainRecord | undefined>;
    /**
     * `waiting`: keys of the last rotation are not seen in DNS yet. With `replaces` keys of the same algorithm that wait make way; they
     * never signed.
     */
    addKeys(
      accountId: AccountId,
      id: string,
      made: { readonly keys: readonly rows.NewDkimKey[]; readonly replaces?: boolean },
    ): Promise<rows.SenderDomainRecord | 'waiting' | undefined>;
    remove(accountId: AccountId, id: string): Promise<boolean>;
  };
  readonly smtpCredentials: {
    create(accountId: string, credential: rows.NewSmtpCredential): Promise<rows.SmtpCredentialRecord>;
    one(accountId: string, id: string): Promise<rows.SmtpCredentialRecord | undefined>;
    change(
      accountId: string,
      id: string,
      settings: rows.SmtpCredentialSettings,
    ): Promise<rows.SmtpCredentialRecord | undefined>;
    rotate(
      accountId: string,
      id: string,
      to: { readonly secret: string; readonly graceUntil: Date },
    ): Promise<rows.SmtpCredentialRecord | undefined>;
    revoke(accountId: string, id: string, revocation: rows.Revocation): Promise<boolean>;
  };
  readonly streams: {
    list(accountId: string): Promise<readonly rows.StreamRecord[]>;
    one(accountId: string, id: string): Promise<rows.StreamRecord | undefined>;
    create(accountId: string, stream: rows.NewStream): Promise<rows.StreamRecord>;
    change(
      accountId: string,
      id: string,
      settings: rows.StreamSettings,
    ): Promise<rows.StreamRecord | undefined>;
    /** Credentials that name the stream move to `moveTo`. */
    remove(
      accountId: string,
      id: string,
      how: { readonly at: Date; readonly moveTo: string | undefined },
    ): Promise<rows.StreamRemoval>;
  };
  readonly suppressions: {
    /** The ids of new ones, each with its event. */
    create(accountId: string, rows: readonly rows.NewSuppression[]): Promise<readonly string[]>;
    /** Live suppressions of these addresses, of the account and of its streams. */
    among(
      accountId: string,
      addresses: readonly string[],
      at: Date,
    ): Promise<readonly { readonly address: string; readonly streamId: string | undefined }[]>;
    ofAddress(accountId: string, address: string): Promise<readonly rows.SuppressionRecord[]>;
    remove(accountId: string, address: string): Promise<number>;
  };
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly webhooks: WebhookStore;
};

/** The stores of these names, with the audit log, the clock and the randomness. */
export type Ports<Name extends keyof Stores> = AuditPorts & { readonly stores: Pick<Stores, Name> };
