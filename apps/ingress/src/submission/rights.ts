/**
 * Checks the rights of an open session at every command, not only at AUTH, so that a suspension or revocation takes effect at the next
 * command. Settings come from caches that NOTIFY empties. docs/reliability.md S32.
 */
import { isSecretOf } from '@waybill/io/secrets/generated-secret';
import type { Account, Credential, SubmittingKey } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { requireActiveAccount } from '@waybill/relay/require-active';
import { API_KEY_USER } from '../api-key-login.ts';
import type { Login, Session } from './session.ts';

const isLive = (key: SubmittingKey, secretHash: Buffer | undefined, now: Date): boolean =>
  key.revokedAt === undefined &&
  (key.expiresAt === undefined || key.expiresAt > now) &&
  secretHash !== undefined &&
  isSecretOf(secretHash, key.secretHashes ?? []);

/** The present credential; `undefined`: it was revoked, or the secret of this login is not valid any more. */
async function currentCredential(
  { dependencies, client }: Session,
  { credential, secretHash }: Login,
): Promise<Credential | undefined> {
  const { directory } = dependencies;
  if (credential.username === API_KEY_USER) {
    const key = await directory.submittingKeyById(credential.id);
    return key !== undefined && isLive(key, secretHash, dependencies.now()) ? credential : undefined;
  }
  if (secretHash === undefined) {
    const { fingerprint = '' } = client.certificate ?? {};
    const current = await directory.credentialByCertificate(fingerprint);
    return current?.id === credential.id ? current : undefined;
  }
  const current = await directory.credentialById(credential.id);
  return current !== undefined && isSecretOf(secretHash, current.secretHashes) ? current : undefined;
}

function requireActive(session: Session, account: Account | undefined): void {
  if (account !== undefined) requireActiveAccount(account);
  else throw new Refusal(session.login ? 'credential_revoked' : 'relay_denied');
}

async function requireLogin(session: Session, login: Login): Promise<void> {
  const [account, credential] = await Promise.all([
    session.dependencies.directory.accountById(login.credential.accountId),
    currentCredential(session, login),
  ]);
  try {
    requireActive(session, account);
    if (credential === undefined) throw new Refusal('credential_revoked');
  } catch (error) {
    session.hasLostRights = true;
    throw error;
  }
  session.login = { ...login, credential };
}

/**
 * Refuses when the account was suspended or deleted, or the credential revoked. A session with a login then ends. A session without a login
 * may bring mail of several accounts, so only its transaction is refused.
 */
export async function requireRights(session: Session): Promise<void> {
  const { login, transaction, dependencies } = session;
  if (login) return requireLogin(session, login);
  if (transaction?.account)
    requireActive(session, await dependencies.directory.accountById(transaction.account.id));
}
