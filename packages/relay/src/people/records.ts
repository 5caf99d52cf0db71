/** The rows about people as the product knows them. `packages/io` maps them from the tables. */
import type { AccountStatus } from '../account.ts';
import type { Role } from '../management/roles.ts';

export type UserRecord = {
  readonly id: string;
  /** `foldedAddress`. */
  readonly email: string;
  readonly name: string;
  /** argon2id; `undefined`: no password is set. */
  readonly passwordHash: string | undefined;
  /** Of the platform. */
  readonly isOperator: boolean;
  /** Gets notices of its accounts by mail. */
  readonly notices: boolean;
  /** The encrypted TOTP secret, also before it is confirmed. */
  readonly totpBox: Buffer | undefined;
  readonly totpEnabledAt: Date | undefined;
  readonly createdAt: Date;
  readonly lastLoginAt: Date | undefined;
  readonly disabledAt: Date | undefined;
  /** An address that the user asked for and that its mailbox has not confirmed. */
  readonly pendingEmail: string | undefined;
};

export type NewUser = Pick<UserRecord, 'id' | 'email' | 'name' | 'isOperator' | 'createdAt'> & {
  readonly passwordHash?: string | undefined;
};

export type UserSettings = {
  readonly name?: string;
  readonly passwordHash?: string;
  readonly isOperator?: boolean;
  readonly notices?: boolean;
  /** Present and `undefined`: enabled again. */
  readonly disabledAt?: Date | undefined;
};

/** An account of a user. */
export type UserAccount = {
  readonly accountId: string;
  readonly name: string;
  readonly status: AccountStatus;
  readonly role: Role;
};

export type LoginSessionRecord = {
  readonly id: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly lastSeenAt: Date;
  readonly expiresAt: Date;
  readonly ip: string;
  readonly agent: string;
};

/** An operator acts inside an account for a while, and says why. */
export type Acting = { readonly accountId: string; readonly reason: string; readonly until: Date };

/** Everything that a request with a cookie needs. */
export type OpenSession = {
  readonly session: LoginSessionRecord;
  readonly user: Pick<UserRecord, 'id' | 'email' | 'isOperator'>;
  readonly accounts: readonly {
    readonly accountId: string;
    readonly role: Role;
    /** A deletion was asked for: its members read, and an owner undoes it. */
    readonly isDeleting: boolean;
  }[];
  readonly acting: Acting | undefined;
};

export type NewLoginSession = {
  readonly id: string;
  readonly userId: string;
  readonly tokenHash: Buffer;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly ip: string;
  readonly agent: string;
};

/** Where a login comes from. */
export type LoginOrigin = { readonly ip: string; readonly agentFamily: string; readonly at: Date };
export type LoginOriginKind = 'network' | 'agent';

export type LinkPurpose = 'password' | 'sign_in' | 'email';

export type NewUserLink = {
  readonly tokenHash: Buffer;
  readonly userId: string;
  readonly purpose: LinkPurpose;
  /** `foldedAddress`; of a link with the purpose `email`. */
  readonly email?: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type EmailChange = { readonly userId: string; readonly email: string };

export type MemberRecord = {
  /** Of the user. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  readonly totpEnabledAt: Date | undefined;
  readonly lastLoginAt: Date | undefined;
  /** When the user became a member. */
  readonly createdAt: Date;
};

export type InvitationRecord = {
  readonly id: string;
  readonly accountId: string;
  readonly email: string;
  readonly role: Role;
  /** The actor of the audit log. */
  readonly invitedBy: string;
  readonly createdAt: Date;
  readonly expiresAt: Date;
};

export type NewInvitation = InvitationRecord & { readonly tokenHash: Buffer };
