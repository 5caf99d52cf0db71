import type { Account } from '@waybill/relay/ports';
import { Refusal } from '@waybill/relay/refusal';
import { resolveAccount } from '@waybill/relay/resolve-account';
import { loadEvidence } from '@waybill/relay/submission/load-evidence';
import { networksOf, type Session } from './session.ts';

const unknownFrom = { address: undefined, domain: undefined, fault: 'not sent yet' } as const;

/** The account of the message, as far as the session alone decides it. The same function decides again with From. ARCHITECTURE §4. */
export async function accountOfSession(session: Session): Promise<Account | undefined> {
  const { directory } = session.dependencies;
  const { credential } = session.login ?? {};
  const evidence = await loadEvidence(directory, {
    authenticated: credential && { accountId: credential.accountId, credentialId: credential.id },
    header: undefined,
    connectingIp: session.client.ip,
    networks: await networksOf(session),
    from: unknownFrom,
  });
  const { accountId } = resolveAccount(evidence);
  const account = accountId === undefined ? undefined : await directory.accountById(accountId);
  // The account of the login was deleted meanwhile.
  if (credential !== undefined && account === undefined) throw new Refusal('account_undecided');
  return account;
}
