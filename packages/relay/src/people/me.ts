/** What a user changes about itself. */
import { given } from '../given.ts';
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import { faultAt } from '../management/request-fault.ts';
import { type AskedEmail, askEmail } from './change-email.ts';
import type { LoginGuard } from './login-guard.ts';
import { normalPassword, passwordFault } from './password-rule.ts';
import type { UserRecord } from './records.ts';
import { requireCode, type SecondFactorPorts } from './second-factor.ts';
import type { MadeSecret, Passwords, PeoplePorts } from './stores.ts';
import { loginSessionView, userView } from './views.ts';

export type MePorts = PeoplePorts<'users' | 'loginSessions' | 'userLinks'> & {
  readonly passwords: Passwords;
  readonly loginGuard: LoginGuard;
};

/** The hash of a password that the rule accepts. */
export async function newPasswordHash(
  password: string,
  email: string,
  passwords: Passwords,
): Promise<string> {
  const fault = await passwordFault(password, email, passwords.isCommon);
  if (fault !== undefined) throw faultAt('/password', fault);
  return passwords.hash(normalPassword(password));
}

/** A stolen login session must not set a password, and must not find the old one by trying. */
export async function requirePassword(
  user: UserRecord,
  given: string | undefined,
  { passwords, loginGuard }: Pick<MePorts, 'passwords' | 'loginGuard'>,
): Promise<void> {
  if (user.passwordHash === undefined) return;
  const attempt = { email: user.email, ip: '', browser: `password ${user.id}` };
  await loginGuard.admit(attempt);
  if (given === undefined || !(await passwords.matches(normalPassword(given), user.passwordHash)))
    throw faultAt('/current_password', 'is not the present password');
  await loginGuard.succeeded(attempt);
}

export type AskedUser = {
  readonly name?: string | undefined;
  readonly notices?: boolean | undefined;
  readonly password?: string | undefined;
  /** `foldedAddress`. */
  readonly email?: string | undefined;
  readonly currentPassword?: string | undefined;
  readonly code?: string | undefined;
};

export type Own = { readonly userId: string; readonly sessionId: string; readonly caller: Caller };

/** The password, or a code of the second factor where the user has one. A user without a password proves itself by the code. */
export async function requireProof(
  user: UserRecord,
  { currentPassword, code }: Pick<AskedUser, 'currentPassword' | 'code'>,
  ports: Pick<MePorts, 'passwords' | 'loginGuard'> & SecondFactorPorts,
): Promise<void> {
  const hasCodes = user.totpEnabledAt !== undefined;
  if (hasCodes && code !== undefined) return requireCode(user, code, ports);
  if (hasCodes && user.passwordHash === undefined)
    throw faultAt('/code', 'is required: this user has a second factor and no password');
  return requirePassword(user, currentPassword, ports);
}

export type ChangedUser = { readonly user: UserRecord; readonly askedEmail: AskedEmail | undefined };

/** A new password ends every other login session, and a change of the address that was asked for with the old one. */
export async function changeMe(
  asked: AskedUser,
  { userId, sessionId, caller }: Own,
  ports: MePorts & SecondFactorPorts & { readonly makeLinkToken: () => MadeSecret },
): Promise<ChangedUser> {
  const { users, loginSessions, userLinks } = ports.stores;
  const before = found(await users.byId(userId));
  if (asked.password !== undefined) await requirePassword(before, asked.currentPassword, ports);
  else if (asked.email !== undefined) await requireProof(before, asked, ports);
  const settings = {
    ...given({ name: asked.name, notices: asked.notices }),
    ...(asked.password === undefined
      ? {}
      : { passwordHash: await newPasswordHash(asked.password, before.email, ports.passwords) }),
  };
  await users.change(userId, settings);
  if (asked.password !== undefined) {
    await loginSessions.endAll(userId, sessionId);
    await userLinks.end(userId, 'email');
  }
  const askedEmail = asked.email === undefined ? undefined : await askEmail(before, asked.email, ports);
  const after = found(await users.byId(userId));
  const shown = asked.password === undefined ? {} : { password: '[secret]' };
  const states = { before: { ...userView(before), ...shown }, after: { ...userView(after), ...shown } };
  const masked = Object.keys(shown);
  await audit(caller, { action: 'user.changed', target: publicId('usr', userId), ...states, masked }, ports);
  return { user: after, askedEmail };
}

/** A new id for the session: the one before opens nothing. Returns the token of the cookie. */
export async function renewSession(
  sessionId: string,
  ports: PeoplePorts<'loginSessions'> & { readonly makeSessionToken: () => MadeSecret },
): Promise<string> {
  const { text, secretHash } = ports.makeSessionToken();
  await ports.stores.loginSessions.renew(sessionId, secretHash);
  return text;
}

export async function endSession(
  id: string,
  { userId, sessionId, caller }: Own,
  ports: PeoplePorts<'loginSessions'>,
): Promise<void> {
  const { loginSessions } = ports.stores;
  const row = found((await loginSessions.list(userId, ports.now())).find((one) => one.id === id));
  requireDone(await loginSessions.end(userId, id));
  const before = loginSessionView(row, sessionId);
  await audit(caller, { action: 'login_session.ended', target: before.id, before }, ports);
}
