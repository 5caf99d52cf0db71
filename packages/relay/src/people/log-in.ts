/** Login by address, password and second factor. Unknown address, wrong password and wrong code have one answer, which takes equally long. */
import { foldedAddress } from '@waybill/mail/address';
import { Refusal } from '../refusal.ts';
import type { LoginGuard, LoginTry } from './login-guard.ts';
import { normalPassword } from './password-rule.ts';
import type { UserRecord } from './records.ts';
import { isSecondFactor, type SecondFactorPorts } from './second-factor.ts';
import { type Client, type SessionPorts, startSession } from './start-session.ts';
import type { Passwords } from './stores.ts';

export type AskedLogin = {
  readonly email: string;
  readonly password: string;
  readonly code: string | undefined;
  /** The user that this browser has proved to have logged in as, and the key of its counter. */
  readonly browser: { readonly userId: string; readonly key: string } | undefined;
  readonly client: Client;
};

export type LoginPorts = SessionPorts &
  SecondFactorPorts & {
    readonly passwords: Passwords;
    readonly loginGuard: LoginGuard;
  };

async function passwordHolder(
  { email, password }: AskedLogin,
  user: UserRecord | undefined,
  { passwords }: LoginPorts,
): Promise<UserRecord | undefined> {
  const isRight = await passwords.matches(normalPassword(password), user?.passwordHash);
  return isRight && user?.disabledAt === undefined && user?.email === foldedAddress(email) ? user : undefined;
}

/** Asked only after the right password, so that the answer does not show to others whether there is a second factor. */
async function requireSecondFactor(
  user: UserRecord,
  code: string | undefined,
  ports: LoginPorts,
): Promise<boolean> {
  if (user.totpEnabledAt === undefined) return true;
  if (code === undefined) throw new Refusal('second_factor_required');
  return isSecondFactor(user, code, ports);
}

/** The user and the token of a new session. */
export async function logIn(
  asked: AskedLogin,
  ports: LoginPorts,
): Promise<{ readonly user: UserRecord; readonly token: string }> {
  const email = foldedAddress(asked.email);
  const known = await ports.stores.users.byEmail(email);
  const browser = asked.browser?.userId === known?.id ? asked.browser?.key : undefined;
  const attempt: LoginTry = { email, ip: asked.client.ip, browser };
  await ports.loginGuard.admit(attempt);
  const user = await passwordHolder(asked, known, ports);
  if (user === undefined || !(await requireSecondFactor(user, asked.code, ports))) {
    await ports.loginGuard.failed(attempt);
    throw new Refusal('authentication_failed', {
      detail: 'address, password or code is wrong',
    });
  }
  const token = await startSession(user, asked.client, ports);
  await ports.loginGuard.succeeded(attempt);
  return { user, token };
}
