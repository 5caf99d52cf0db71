/**
 * Login by a provider of OpenID Connect, which the operator chooses. A user is linked from inside a login session or by an invitation:
 * an address alone proves no user, because providers differ in what they check of it. ADR 43.
 */
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import { isoOrNull } from '../management/or-null.ts';
import { Refusal } from '../refusal.ts';
import { type Acceptance, acceptInvitation } from './invitations.ts';
import type { UserRecord } from './records.ts';
import { type Client, type SessionPorts, startSession } from './start-session.ts';
import type { PeoplePorts } from './stores.ts';

export type OidcIdentity = {
  readonly issuer: string;
  readonly subject: string;
  readonly userId: string;
  readonly createdAt: Date;
  readonly lastUsedAt: Date | undefined;
};

export type OidcStore = {
  ofUser(userId: string, issuer: string): Promise<OidcIdentity | undefined>;
  find(issuer: string, subject: string): Promise<OidcIdentity | undefined>;
  /** Rejects where the subject or the user is linked already. */
  link(identity: Omit<OidcIdentity, 'lastUsedAt'>): Promise<void>;
  noteUse(issuer: string, subject: string, at: Date): Promise<void>;
  unlink(userId: string, issuer: string): Promise<boolean>;
};

/** What the provider says of a person, after its answer was verified. */
export type OidcClaims = {
  readonly issuer: string;
  readonly subject: string;
  readonly name: string | undefined;
};

/** What must come back in the answer, and the proof that it comes to who asked. Kept by the browser, sealed. */
export type OidcSecrets = { readonly state: string; readonly nonce: string; readonly verifier: string };

export type OidcProtocol = {
  /** As the login page names it. */
  readonly name: string;
  readonly issuer: string;
  begin(redirectUrl: string): Promise<{ readonly url: string; readonly secrets: OidcSecrets }>;
  /** `undefined`: the answer proves nothing. */
  finish(answerUrl: string, secrets: OidcSecrets): Promise<OidcClaims | undefined>;
};

type Ports = PeoplePorts<'users'> & { readonly stores: { readonly oidcIdentities: OidcStore } };

export const oidcView = (name: string, row: OidcIdentity | undefined) => ({
  name,
  linked_at: isoOrNull(row?.createdAt),
  last_used_at: isoOrNull(row?.lastUsedAt),
});

const linkOf = ({ issuer, subject }: Pick<OidcClaims, 'issuer' | 'subject'>) => ({ issuer, subject });

async function link(
  claims: OidcClaims,
  {
    userId,
    caller,
  }: { readonly userId: string; readonly caller: Pick<Caller, 'actor' | 'accountId' | 'about'> },
  ports: Ports,
): Promise<void> {
  const { oidcIdentities } = ports.stores;
  await oidcIdentities.link({ ...linkOf(claims), userId, createdAt: ports.now() });
  const change = { action: 'oidc.linked', target: publicId('usr', userId), after: linkOf(claims) };
  await audit(caller, change, ports);
}

/** The user has a login session, and has proved its password for this. */
export async function linkOidc(
  claims: OidcClaims,
  {
    user,
    caller,
  }: {
    readonly user: Pick<UserRecord, 'id'>;
    readonly caller: Pick<Caller, 'actor' | 'accountId' | 'about'>;
  },
  ports: Ports,
): Promise<void> {
  const { oidcIdentities } = ports.stores;
  const known = await oidcIdentities.find(claims.issuer, claims.subject);
  if (known !== undefined && known.userId !== user.id)
    throw new Refusal('conflict', { detail: 'this login of the provider belongs to another user' });
  if ((await oidcIdentities.ofUser(user.id, claims.issuer)) !== undefined)
    throw new Refusal('conflict', { detail: 'a login of this provider is linked already' });
  await link(claims, { userId: user.id, caller }, ports);
}

/** A user must keep a way to log in. */
export async function unlinkOidc(
  issuer: string,
  { user, caller }: { readonly user: UserRecord; readonly caller: Caller },
  ports: Ports & {
    readonly stores: { readonly passkeys: { list(userId: string): Promise<readonly unknown[]> } };
  },
): Promise<void> {
  const { oidcIdentities, passkeys } = ports.stores;
  const row = found(await oidcIdentities.ofUser(user.id, issuer));
  if (user.passwordHash === undefined && (await passkeys.list(user.id)).length === 0)
    throw new Refusal('conflict', {
      detail: 'set a password or add a passkey first, to keep a way to log in',
    });
  requireDone(await oidcIdentities.unlink(user.id, issuer));
  await audit(
    caller,
    { action: 'oidc.unlinked', target: publicId('usr', user.id), before: linkOf(row) },
    ports,
  );
}

type Begun = { readonly userId: string; readonly token: string };

/** One answer for every reason. The provider vouches for its factors, so no code is asked for. */
export async function logInByOidc(
  claims: OidcClaims,
  client: Client,
  ports: Ports & SessionPorts,
): Promise<Begun> {
  const { users, oidcIdentities } = ports.stores;
  const identity = await oidcIdentities.find(claims.issuer, claims.subject);
  const user = identity && (await users.byId(identity.userId));
  if (user === undefined || user.disabledAt !== undefined)
    throw new Refusal('authentication_failed', { detail: 'no user is linked with this login' });
  await oidcIdentities.noteUse(claims.issuer, claims.subject, ports.now());
  return { userId: user.id, token: await startSession(user, client, ports) };
}

/** A new user without a password. A user who exists accepts logged in, and links afterwards. */
export async function acceptByOidc(
  claims: OidcClaims,
  { tokenHash, client }: Pick<Acceptance, 'tokenHash'> & { readonly client: Client },
  ports: Ports & SessionPorts & PeoplePorts<'invitations'>,
): Promise<Begun> {
  const { oidcIdentities, invitations, users } = ports.stores;
  const invitation = found(await invitations.byToken(tokenHash, ports.now()));
  if ((await oidcIdentities.find(claims.issuer, claims.subject)) !== undefined)
    throw new Refusal('conflict', {
      detail: 'this login belongs to a user: log in, then accept the invitation',
    });
  if ((await users.byEmail(invitation.email)) !== undefined)
    throw new Refusal('authentication_required', { detail: `log in as ${invitation.email} to accept` });
  const name = claims.name ?? invitation.email;
  const about = client.about && { about: client.about };
  const { user } = await acceptInvitation({ tokenHash, name, loggedIn: undefined, ...about }, ports);
  await link(
    claims,
    { userId: user.id, caller: { actor: publicId('usr', user.id), accountId: undefined, ...about } },
    ports,
  );
  return { userId: user.id, token: await startSession(user, client, ports) };
}
