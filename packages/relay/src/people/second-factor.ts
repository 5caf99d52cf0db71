/** TOTP and recovery codes of a user. A code of either kind works once. */
import { createHash } from 'node:crypto';
import { publicId } from '../id.ts';
import { audit, type Caller } from '../management/audit.ts';
import { faultAt } from '../management/request-fault.ts';
import { Refusal } from '../refusal.ts';
import type { LoginGuard } from './login-guard.ts';
import type { UserRecord } from './records.ts';
import { makeRecoveryCodes, normalRecoveryCode } from './recovery-codes.ts';
import type { PeoplePorts } from './stores.ts';
import { stepOfCode, TOTP_SECRET_BYTES, totpSecretText, totpUri } from './totp.ts';

type Box = { seal(plain: Buffer, context: string): Buffer; open(box: Buffer, context: string): Buffer };

export type SecondFactorPorts = PeoplePorts<'users' | 'secondFactors'> & { readonly box: Box };
type ConfirmPorts = SecondFactorPorts & { readonly loginGuard: LoginGuard };

const contextOf = (userId: string): string => `app_user.totp_box:${userId}`;
const hashOf = (code: string): Buffer => createHash('sha256').update(code).digest();

async function usedStep(
  user: UserRecord,
  code: string,
  ports: SecondFactorPorts,
): Promise<number | undefined> {
  if (user.totpBox === undefined) return undefined;
  const secret = ports.box.open(user.totpBox, contextOf(user.id));
  return stepOfCode(secret, code.replace(/\s/g, ''), ports.now());
}

/** Whether the code is right. It is used up. */
export async function isSecondFactor(
  user: UserRecord,
  code: string,
  ports: SecondFactorPorts,
): Promise<boolean> {
  const { secondFactors } = ports.stores;
  const recovery = normalRecoveryCode(code);
  if (recovery !== undefined) return secondFactors.useCode(user.id, hashOf(recovery));
  const step = await usedStep(user, code, ports);
  return step !== undefined && secondFactors.useStep(user.id, step);
}

/** The secret is shown until it is confirmed by a first code. */
export async function beginTotp(
  user: UserRecord,
  issuer: string,
  ports: SecondFactorPorts,
): Promise<{ readonly secret: string; readonly uri: string }> {
  const secret = ports.random(TOTP_SECRET_BYTES);
  const hasBegun = await ports.stores.secondFactors.begin(
    user.id,
    ports.box.seal(secret, contextOf(user.id)),
  );
  if (!hasBegun)
    throw new Refusal('conflict', {
      detail: 'a second factor is enabled; disable it first to use another app',
    });
  return { secret: totpSecretText(secret), uri: totpUri(secret, { email: user.email, issuer }) };
}

async function makeCodes(userId: string, ports: SecondFactorPorts): Promise<readonly string[]> {
  const codes = makeRecoveryCodes(ports.random);
  const hashes = codes.map((code) => hashOf(normalRecoveryCode(code) ?? ''));
  await ports.stores.secondFactors.replaceCodes(userId, hashes);
  return codes;
}

const wrongCode = () => faultAt('/code', 'is wrong, was used before, or is too old');

/** A stolen login session must not find a code by trying. */
export async function requireCode(user: UserRecord, code: string, ports: ConfirmPorts): Promise<void> {
  const attempt = { email: user.email, ip: '', browser: `code ${user.id}` };
  await ports.loginGuard.admit(attempt);
  if (!(await isSecondFactor(user, code, ports))) throw wrongCode();
  await ports.loginGuard.succeeded(attempt);
}

type Target = { readonly user: UserRecord; readonly caller: Caller };

/** A first code proves that the app has the secret. The recovery codes are shown once. */
export async function confirmTotp(
  { user, caller }: Target,
  code: string,
  ports: SecondFactorPorts,
): Promise<readonly string[]> {
  if (user.totpBox === undefined || user.totpEnabledAt !== undefined)
    throw new Refusal('conflict', {
      detail: 'there is no second factor to confirm: begin with POST /v1/me/totp',
    });
  const step = await usedStep(user, code, ports);
  if (step === undefined || !(await ports.stores.secondFactors.enable(user.id, ports.now(), step)))
    throw wrongCode();
  const codes = await makeCodes(user.id, ports);
  const states = { before: { totp: false }, after: { totp: true } };
  await audit(caller, { action: 'totp.enabled', target: publicId('usr', user.id), ...states }, ports);
  return codes;
}

/** Takes a code, so that a stolen login session alone cannot do it. */
export async function disableTotp(
  { user, caller }: Target,
  code: string,
  ports: ConfirmPorts,
): Promise<void> {
  if (user.totpEnabledAt === undefined)
    throw new Refusal('conflict', { detail: 'no second factor is enabled' });
  await requireCode(user, code, ports);
  await ports.stores.secondFactors.disable(user.id);
  const states = { before: { totp: true }, after: { totp: false } };
  await audit(caller, { action: 'totp.disabled', target: publicId('usr', user.id), ...states }, ports);
}

/** The codes before work no more. */
export async function renewRecoveryCodes(
  { user, caller }: Target,
  code: string,
  ports: ConfirmPorts,
): Promise<readonly string[]> {
  if (user.totpEnabledAt === undefined)
    throw new Refusal('conflict', { detail: 'recovery codes replace a second factor, and none is enabled' });
  await requireCode(user, code, ports);
  const before = { codes_left: await ports.stores.secondFactors.codesLeft(user.id) };
  const codes = await makeCodes(user.id, ports);
  const change = { before, after: { codes_left: codes.length }, masked: ['codes_left'] };
  await audit(
    caller,
    { action: 'recovery_codes.renewed', target: publicId('usr', user.id), ...change },
    ports,
  );
  return codes;
}
