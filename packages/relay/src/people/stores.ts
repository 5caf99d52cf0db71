/** What the use-cases about people need from outside. */
import type { AuditPorts } from '../management/audit.ts';
import type { Role } from '../management/roles.ts';
import type * as rows from './records.ts';

/** The last owner of an account stays. */
export type MemberChange = 'changed' | 'missing' | 'last_owner';

export type PeopleStores = {
  readonly users: {
    byId(id: string): Promise<rows.UserRecord | undefined>;
    byEmail(email: string): Promise<rows.UserRecord | undefined>;
    create(user: rows.NewUser): Promise<rows.UserRecord>;
    change(id: string, settings: rows.UserSettings): Promise<rows.UserRecord | undefined>;
    noteLogin(id: string, at: Date): Promise<void>;
    accountsOf(id: string): Promise<readonly rows.UserAccount[]>;
  };
  readonly secondFactors: {
    /** A secret that is not confirmed yet; it replaces one before. `false`: TOTP is enabled already. */
    begin(userId: string, totpBox: Buffer): Promise<boolean>;
    enable(userId: string, at: Date, step: number): Promise<boolean>;
    /** Removes the secret and the recovery codes. */
    disable(userId: string): Promise<boolean>;
    /** Whether the step is later than the one before: each code works once. */
    useStep(userId: string, step: number): Promise<boolean>;
    replaceCodes(userId: string, hashes: readonly Buffer[]): Promise<void>;
    /** Whether there was such a code. It is removed. */
    useCode(userId: string, hash: Buffer): Promise<boolean>;
    codesLeft(userId: string): Promise<number>;
  };
  readonly loginSessions: {
    /** Removes sessions of the user that have expired. */
    create(session: rows.NewLoginSession): Promise<rows.LoginSessionRecord>;
    /** A session that is neither expired nor idle for too long, of a user who is not disabled. */
    find(tokenHash: Buffer, now: Date): Promise<rows.OpenSession | undefined>;
    list(userId: string, now: Date): Promise<readonly rows.LoginSessionRecord[]>;
    end(userId: string, id: string): Promise<boolean>;
    endAll(userId: string, except?: string): Promise<number>;
    renew(id: string, tokenHash: Buffer): Promise<void>;
    act(id: string, acting: rows.Acting | undefined): Promise<void>;
  };
  readonly loginOrigins: {
    /** Remembers network and agent, and returns which of them are new for a user who logged in before. */
    note(userId: string, origin: rows.LoginOrigin): Promise<readonly rows.LoginOriginKind[]>;
  };
  readonly userLinks: {
    /** Replaces a link of the user with the same purpose. */
    create(link: rows.NewUserLink): Promise<void>;
    /** Changes nothing, because mail scanners open links. */
    pending(tokenHash: Buffer, purpose: rows.LinkPurpose, now: Date): Promise<string | undefined>;
    /** The user of the link, once. */
    use(tokenHash: Buffer, purpose: rows.LinkPurpose, now: Date): Promise<string | undefined>;
    /** The user and the new address of a link with the purpose `email`. Changes nothing. */
    pendingEmail(tokenHash: Buffer, now: Date): Promise<rows.EmailChange | undefined>;
    /** Gives the user its new address and ends all its links. `false`: the link ended, or another user has the address. */
    applyEmail(tokenHash: Buffer, now: Date): Promise<boolean>;
    end(userId: string, purpose: rows.LinkPurpose): Promise<void>;
  };
  readonly members: {
    list(accountId: string): Promise<readonly rows.MemberRecord[]>;
    one(accountId: string, userId: string): Promise<rows.MemberRecord | undefined>;
    /** A member who has a role already gets this one. */
    add(
      accountId: string,
      member: { readonly userId: string; readonly role: Role; readonly createdAt: Date },
    ): Promise<void>;
    change(accountId: string, userId: string, role: Role): Promise<MemberChange>;
    remove(accountId: string, userId: string): Promise<MemberChange>;
  };
  readonly invitations: {
    /** Ends an open invitation of the same address to the account. */
    create(invitation: rows.NewInvitation): Promise<void>;
    /** Invitations made in the account since then. */
    countSince(accountId: string, since: Date): Promise<number>;
    list(
      accountId: string,
      page: { readonly now: Date; readonly limit: number; readonly after?: string },
    ): Promise<readonly rows.InvitationRecord[]>;
    one(accountId: string, id: string, now: Date): Promise<rows.InvitationRecord | undefined>;
    revoke(accountId: string, id: string, at: Date): Promise<boolean>;
    byToken(tokenHash: Buffer, now: Date): Promise<rows.InvitationRecord | undefined>;
    /** Ends the invitation and makes the user a member, in one transaction. A member keeps a stronger role. `false`: it was ended. */
    accept(invitation: rows.InvitationRecord, userId: string, at: Date): Promise<boolean>;
  };
};

/** A secret that is shown once, and the hash that is stored. */
export type MadeSecret = { readonly text: string; readonly secretHash: Buffer };

export type Passwords = {
  hash(password: string): Promise<string>;
  /** Takes as long without a hash as with one. */
  matches(password: string, hash: string | undefined): Promise<boolean>;
  isCommon(text: string): Promise<boolean>;
};

export type PeoplePorts<Name extends keyof PeopleStores> = AuditPorts & {
  readonly stores: Pick<PeopleStores, Name>;
};
