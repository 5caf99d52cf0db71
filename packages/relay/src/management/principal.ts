/** The caller of a request. The permissions of each kind are in `permissions.ts`. */
import type { OwnLimits } from '../limits/sending-limits.ts';
import { Refusal } from '../refusal.ts';
import type { Role } from './roles.ts';

/** What a key or a credential may do. */
export type Rights = {
  /** Of the key or credential that exists; absent for one that is to be made. */
  readonly id?: string;
  readonly kind: 'live' | 'test';
  readonly scopes: readonly string[];
  /** Empty: from everywhere. */
  readonly networks: readonly string[];
  /** Empty: as all domains of the account. */
  readonly senderDomains: readonly string[];
  readonly limits: OwnLimits;
  /** `undefined`: never. */
  readonly expiresAt: Date | undefined;
};

/** A key of an account. A `test` key sees and sends only mail that stays in the sandbox. */
export type ApiKey = {
  readonly kind: 'live' | 'test';
  readonly keyId: string;
  /** `key_…`, for the audit log. */
  readonly actor: string;
  readonly accountId: string;
  readonly scopes: readonly string[];
  /** The only domains that it sends as; empty: all of the account. */
  readonly senderDomains: readonly string[];
  /** What the key may do at most, and so what it makes. */
  readonly rights: Rights;
};

/** A person by a login session, as a member of an account. */
export type User = {
  readonly kind: 'user';
  readonly userId: string;
  readonly sessionId: string;
  /** `usr_…`, for the audit log. */
  readonly actor: string;
  /** `undefined`: the request names none of the user's accounts. */
  readonly accountId: string | undefined;
  /** The role in that account. */
  readonly role: Role | undefined;
  readonly scopes: readonly string[];
};

/** An operator of the platform: by a key, or by the login session of a person. */
export type Operator = {
  readonly kind: 'operator';
  /** `undefined`: by a login session. */
  readonly keyId: string | undefined;
  readonly actor: string;
  /** The account that the operator acts in: every request is audited, reads too. `undefined`: none. */
  readonly accountId: string | undefined;
  readonly scopes: readonly string[];
  /** A person who acts inside the account, for the audit log of the account. */
  readonly acting?: { readonly operator: string; readonly reason: string };
};

export type Principal = ApiKey | User | Operator;

/** The account of the caller. An operator, and a user of several accounts, names it by `Waybill-Account`. */
export function accountOf({ accountId }: Pick<Principal, 'accountId'>): string {
  if (accountId === undefined)
    throw new Refusal('forbidden', {
      detail: 'name the account with the header Waybill-Account: acc_…',
    });
  return accountId;
}
