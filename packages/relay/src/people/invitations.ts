/** Invitations to an account: bound to an address, valid once and for seven days. */
import { foldedAddress } from '@waybill/mail/address';
import { publicId } from '../id.ts';
import { audit, type Caller, newId } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import { accountOf } from '../management/principal.ts';
import { faultAt } from '../management/request-fault.ts';
import type { Role } from '../management/roles.ts';
import { Refusal } from '../refusal.ts';
import { newPasswordHash } from './me.ts';
import { requireMayGive } from './members.ts';
import type { InvitationRecord, UserRecord } from './records.ts';
import type { MadeSecret, Passwords, PeoplePorts } from './stores.ts';
import { invitationView } from './views.ts';

const day = 86_400_000;
const INVITATION_MS = 7 * day;
/** Strangers get mail from the platform: an account must not use that to send. */
const PER_ACCOUNT_AND_DAY = 50;

type Secret = { readonly makeLinkToken: () => MadeSecret };
type InvitePorts = PeoplePorts<'invitations' | 'members'> & Secret;

async function requireNew(accountId: string, email: string, ports: InvitePorts): Promise<void> {
  const members = await ports.stores.members.list(accountId);
  if (members.some((member) => member.email === email))
    throw new Refusal('conflict', { detail: 'this address is of a member already' });
  const since = new Date(ports.now().getTime() - day);
  if ((await ports.stores.invitations.countSince(accountId, since)) >= PER_ACCOUNT_AND_DAY)
    throw new Refusal('rate_limited', {
      detail: `${PER_ACCOUNT_AND_DAY} invitations a day for this account`,
      retryAt: new Date(ports.now().getTime() + day / 24),
    });
}

/** The token goes into the mail; only its hash is stored. */
export async function invite(
  { email: address, role }: { readonly email: string; readonly role: Role },
  caller: Caller,
  ports: InvitePorts,
): Promise<{ readonly row: InvitationRecord; readonly token: string }> {
  const accountId = accountOf(caller);
  requireMayGive(role, caller);
  const email = foldedAddress(address);
  await requireNew(accountId, email, ports);
  const { text: token, secretHash: tokenHash } = ports.makeLinkToken();
  const createdAt = ports.now();
  const expiresAt = new Date(createdAt.getTime() + INVITATION_MS);
  const row = { id: newId(ports), accountId, email, role, invitedBy: caller.actor, createdAt, expiresAt };
  await ports.stores.invitations.create({ ...row, tokenHash });
  const after = invitationView(row);
  await audit(caller, { action: 'invitation.created', target: after.id, after }, ports);
  return { row, token };
}

export async function revokeInvitation(
  id: string,
  caller: Caller,
  ports: PeoplePorts<'invitations'>,
): Promise<void> {
  const { invitations } = ports.stores;
  const accountId = accountOf(caller);
  const before = invitationView(found(await invitations.one(accountId, id, ports.now())));
  requireDone(await invitations.revoke(accountId, id, ports.now()));
  await audit(caller, { action: 'invitation.revoked', target: before.id, before }, ports);
}

type AcceptPorts = PeoplePorts<'users' | 'invitations'>;

export type Acceptance = {
  readonly tokenHash: Buffer;
  readonly name: string | undefined;
  /** Absent: the user logs in without one, by a provider that has vouched for it. */
  readonly password?: { readonly text: string | undefined; readonly passwords: Passwords };
  /** The user of the login session of the request. */
  readonly loggedIn: { readonly id: string; readonly email: string } | undefined;
} & Pick<Caller, 'about'>;

/** A user who exists must be logged in: the reader of a mailbox is not yet its user. */
function requireLoggedIn({ email }: InvitationRecord, { loggedIn }: Acceptance): void {
  if (loggedIn?.email !== email)
    throw new Refusal('authentication_required', { detail: `log in as ${email} to accept` });
}

async function hashOf(password: Acceptance['password'], email: string): Promise<string | undefined> {
  if (password === undefined) return undefined;
  if (password.text === undefined) throw faultAt('/password', 'is required for a new user');
  return newPasswordHash(password.text, email, password.passwords);
}

async function newUser(
  { email }: InvitationRecord,
  { name, password }: Acceptance,
  ports: AcceptPorts,
): Promise<UserRecord> {
  if (name === undefined) throw faultAt('/name', 'is required for a new user');
  const passwordHash = await hashOf(password, email);
  return ports.stores.users.create({
    id: newId(ports),
    email,
    name,
    passwordHash,
    isOperator: false,
    createdAt: ports.now(),
  });
}

export async function acceptInvitation(
  acceptance: Acceptance,
  ports: AcceptPorts,
): Promise<{ readonly user: UserRecord; readonly invitation: InvitationRecord }> {
  const { users, invitations } = ports.stores;
  const invitation = found(await invitations.byToken(acceptance.tokenHash, ports.now()));
  const known = await users.byEmail(invitation.email);
  if (known !== undefined) requireLoggedIn(invitation, acceptance);
  const user = known ?? (await newUser(invitation, acceptance, ports));
  requireDone(await invitations.accept(invitation, user.id, ports.now()));
  const { accountId, role } = invitation;
  const actor = publicId('usr', user.id);
  const caller = { actor, accountId, ...(acceptance.about && { about: acceptance.about }) };
  const after = { email: user.email, role };
  await audit(caller, { action: 'member.added', target: actor, after }, ports);
  return { user, invitation };
}
