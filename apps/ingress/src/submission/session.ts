import type { KeyObject } from 'node:crypto';
import type { Release, Semaphore } from '@waybill/io/concurrency/semaphore';
import type { Envelope } from '@waybill/mail/envelope';
import type { LimitSubject } from '@waybill/relay/limits/sending-limits';
import type { Account, Credential, Directory, QuotaLeft, SuppressionList, Usage } from '@waybill/relay/ports';
import type { NetworkMatch } from '@waybill/relay/resolve-account';
import type { Accepted } from '@waybill/relay/submission/accepted';
import type { Submission } from '@waybill/relay/submission/submission';
import type { Lock, LoginAttempt, LoginThrottle } from '../login-throttle.ts';
import type { Role } from '../role.ts';
import type { Client } from '../smtp/verbs.ts';

/** Shared by all sessions of this process. */
export type SubmissionDependencies = {
  readonly directory: Directory;
  readonly suppressions: SuppressionList;
  readonly usage: Usage;
  readonly accept: (submission: Submission) => Promise<Accepted>;
  /** The credential of a live API key; user name `apikey`. */
  readonly credentialOfApiKey: (key: string) => Promise<Credential | undefined>;
  /**
   * Whether EHLO lists CRAM-MD5. Clients such as curl take the strongest mechanism and try no other, so listing it where
   * no credential has it would lock them out. Asked for by name it is always tried.
   */
  readonly offersCramMd5: () => boolean;
  /** Called for every login. Must not throw. */
  readonly onLogin: (credential: Credential, ip: string) => void;
  readonly loginThrottle: LoginThrottle;
  /** Called for every locked attempt. Must not throw. */
  readonly onLocked: (attempt: LoginAttempt, lock: Lock) => void;
  /** Logged-in sessions per account. */
  readonly accountSessions: Semaphore;
  readonly hostName: string;
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
  /** Makes SCRAM salts for users that do not exist. */
  readonly decoyKey: KeyObject;
  readonly now: () => Date;
  readonly random: (size: number) => Buffer;
};

/** From MAIL to the end of the message. RFC 5321 §3.3. */
export type Transaction = Omit<Envelope, 'rcptTo'> & {
  readonly rcptTo: string[];
  /** The account of the message, where the session alone decides it; otherwise From decides. */
  readonly account: Account | undefined;
  readonly quotaLeft: QuotaLeft | undefined;
  /** Who limits the message, as far as the session knows. */
  readonly limited: readonly LimitSubject[];
  readonly maxMessageBytes: number;
  readonly maxRecipients: number;
};

/** `secretHash`: of the secret that was proved; `undefined`: a client certificate was. */
export type Login = {
  readonly credential: Credential;
  readonly mechanism: string;
  readonly secretHash: Buffer | undefined;
  /** Gives the permit of the account's sessions back. */
  readonly release: Release;
};

export type Session = {
  readonly role: Role;
  readonly client: Client;
  readonly dependencies: SubmissionDependencies;
  login: Login | undefined;
  /** Its account was suspended or deleted, or its credential revoked, after it logged in. */
  hasLostRights: boolean;
  /** Failed logins of this connection. */
  failures: number;
  /** `undefined`: not looked up yet. */
  networks: readonly NetworkMatch[] | undefined;
  transaction: Transaction | undefined;
  /** The connection was closed, perhaps during a look-up for it. */
  isClosed: boolean;
};

/** Registered networks around the client, looked up once for each message. */
export async function networksOf(session: Session): Promise<readonly NetworkMatch[]> {
  session.networks ??= await session.dependencies.directory.networksContaining(session.client.ip);
  return session.networks;
}

/** Whether the client is known by a login or by a registered network. */
export const isKnown = (session: Session): boolean =>
  session.login !== undefined || (session.networks?.length ?? 0) > 0;
