/** Links that set a password without a login: for a new operator, and by mail for a user who forgot it. */
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found } from '../management/found.ts';
import { newPasswordHash } from './me.ts';
import type { UserRecord } from './records.ts';
import type { MadeSecret, Passwords, PeoplePorts } from './stores.ts';

const PASSWORD_LINK_MS = 3_600_000;

type LinkPorts = PeoplePorts<'users' | 'userLinks'> & { readonly makeLinkToken: () => MadeSecret };

/** The token of a link that works once within an hour. */
export async function makePasswordLink(userId: string, ports: LinkPorts): Promise<string> {
  const { text, secretHash: tokenHash } = ports.makeLinkToken();
  const createdAt = ports.now();
  const expiresAt = new Date(createdAt.getTime() + PASSWORD_LINK_MS);
  await ports.stores.userLinks.create({ tokenHash, userId, purpose: 'password', createdAt, expiresAt });
  return text;
}

type SetPorts = PeoplePorts<'users' | 'userLinks' | 'loginSessions'> & { readonly passwords: Passwords };

/**
 * Sets the password, once. Ends every login session of the user, also one of a thief. The second factor stays: the mailbox alone
 * does not open an account that has one.
 */
export async function setPasswordByLink(
  {
    tokenHash,
    password,
    about,
  }: { readonly tokenHash: Buffer; readonly password: string } & Pick<Caller, 'about'>,
  ports: SetPorts,
): Promise<UserRecord> {
  const { userLinks, users, loginSessions } = ports.stores;
  const pending = found(await userLinks.pending(tokenHash, 'password', ports.now()));
  const { email } = found(await users.byId(pending));
  // A password that is refused leaves the link as it is.
  const passwordHash = await newPasswordHash(password, email, ports.passwords);
  const userId = found(await userLinks.use(tokenHash, 'password', ports.now()));
  const user = found(await users.change(userId, { passwordHash }));
  await loginSessions.endAll(userId);
  await userLinks.end(userId, 'email');
  const actor = publicId('usr', userId);
  const states = { before: { password: '[secret]' }, after: { password: '[secret]' }, masked: ['password'] };
  const caller = { actor, accountId: undefined, ...(about && { about }) };
  await audit(caller, { action: 'password.set', target: actor, ...states }, ports);
  return user;
}
