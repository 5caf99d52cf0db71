/** What use-cases need of the database. Every method names the account; `undefined` is the operator's own row. */
import type { LimitState, LimitSubject, OwnLimits } from '../limits/sending-limits.ts';
import type { AuditPorts } from './audit.ts';
import type * as rows from './records.ts';

type AccountId = string | undefined;

export type Stores = {
  readonly accounts: {
    one(id: string): Promise<rows.AccountRecord | undefined>;
    /** With its first stream. */
    create(account: rows.NewAccount): Promise<rows.AccountRecord>;
    change(id: string, settings: rows.AccountSettings): Promise<rows.AccountRecord | undefined>;
    suspend(id: string, reason: string): Promise<boolean>;
    resume(id: string): Promise<boolean>;
    remove(id: string, at: Date): Promise<boolean>;
  };
  readonly apiKeys: {
    create(key: rows.NewApiKey): Promise<rows.ApiKeyRecord>;
    one(accountId: AccountId, id: string): Promise<rows.ApiKeyRecord | undefined>;
    limit(accountId: string, id: string, limits: OwnLimits): Promise<rows.ApiKeyRecord | undefined>;
    revoke(accountId: AccountId, id: string, revocation: rows.Revocation): Promise<boolean>;
    /** A key of the operator; the last one that works stays. */
    revokeOperators(id: string, at: Date): Promise<'revoked' | 'missing' | 'last'>;
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
  readonly senderDomains: {
    create(domain: rows.NewSenderDomain): Promise<rows.SenderDomainRecord>;
    one(accountId: AccountId, id: string): Promise<rows.SenderDomainRecord | undefined>;
    /** `waiting`: keys of the last rotation are not seen in DNS yet. */
    addKeys(
      accountId: AccountId,
      id: string,
      keys: readonly rows.NewDkimKey[],
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
  };
  readonly suppressions: {
    create(accountId: string, rows: readonly rows.NewSuppression[]): Promise<readonly string[]>;
    ofAddress(accountId: string, address: string): Promise<readonly rows.SuppressionRecord[]>;
    remove(accountId: string, address: string): Promise<number>;
  };
};

/** The stores of these names, with the audit log, the clock and the randomness. */
export type Ports<Name extends keyof Stores> = AuditPorts & { readonly stores: Pick<Stores, Name> };
