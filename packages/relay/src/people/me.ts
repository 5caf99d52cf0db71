/** What a user changes about itself. */
import { given } from '../given.ts';
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { found, requireDone } from '../management/found.ts';
import { faultAt } from '../management/request-fault.ts';
import type { LoginGuard } from './login-guard.ts';
import { normalPassword, passwordFault } from './password-rule.ts';
import type { UserRecord } from './records.ts';
import type { MadeSecret, Passwords, PeoplePorts } from './stores.ts';
import { loginSessionView, userView } from './views.ts';

export type MePorts = PeoplePorts<'users' | 'loginSessions'> & {
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
  readonly currentPassword?: string | undefined;
};

export type Own = { readonly userId: string; readonly sessionId: string; readonly caller: Caller };

/** A new password ends every other login session. */
export async function changeMe(
  asked: AskedUser,
  { userId, sessionId, caller }: Own,
  ports: MePorts,
): Promise<UserRecord> {
  const { users, loginSessions } = ports.stores;
  const before = found(await users.byId(userId));
  if (asked.password !== undefined) await requirePassword(before, asked.currentPassword, ports);
  const settings = {
    ...given({ name: asked.name, notices: asked.notices }),
    ...(asked.password === undefined
      ? {}
      : { passwordHash: await newPasswordHash(asked.password, before.email, ports.passwords) }),
  };
  const after = found(await users.change(userId, settings));
  if (asked.password !== undefined) await loginSessions.endAll(userId, sessionId);
  const shown = asked.password === undefined ? {} : { password: '[secret]' };
  const states = { before: { ...userView(before), ...shown }, after: { ...userView(after), ...shown } };
  const masked = Object.keys(shown);
  await audit(caller, { action: 'user.changed', target: publicId('usr', userId), ...states, masked }, ports);
  return after;
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
