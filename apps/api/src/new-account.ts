/** A new account with what it needs to begin: an invitation of its owner, and first credentials. All of it, or nothing. */
import type { OperatorSettings } from '@waybill/relay/management/account-json';
import { adminAccountView } from '@waybill/relay/management/account-json';
import { createAccount, removeAccount } from '@waybill/relay/management/accounts';
import { apiKeyView, createApiKey } from '@waybill/relay/management/api-keys';
import type { Caller } from '@waybill/relay/management/audit';
import { createCredential, credentialView } from '@waybill/relay/management/smtp-credentials';
import { invitationView } from '@waybill/relay/people/views';
import type { Dependencies } from './dependencies.ts';
import { inviteByMail } from './invite-by-mail.ts';

type Named = { readonly name: string };

export type AskedAccount = {
  readonly settings: OperatorSettings & Named;
  readonly owner: { readonly email: string } | undefined;
  readonly smtpCredential: Named | undefined;
  readonly apiKey: Named | undefined;
};

type Beginning = Omit<AskedAccount, 'settings'>;

async function firstCredential({ name }: Named, inside: Caller, dependencies: Dependencies) {
  const asked = { name, username: undefined, cramMd5: false, settings: {} };
  const { row, secret } = await createCredential(asked, inside, dependencies);
  return { ...credentialView(row), secret };
}

async function firstKey({ name }: Named, inside: Caller, dependencies: Dependencies) {
  const asked = { name, kind: 'live' as const, scopes: undefined };
  const { row, key } = await createApiKey(asked, inside, dependencies);
  return { ...apiKeyView(row), key };
}

async function begin(
  { owner, smtpCredential, apiKey }: Beginning,
  inside: Caller,
  dependencies: Dependencies,
) {
  return {
    smtp_credential: smtpCredential ? await firstCredential(smtpCredential, inside, dependencies) : null,
    api_key: apiKey ? await firstKey(apiKey, inside, dependencies) : null,
    // Last, because a mail cannot be taken back.
    invitation: owner
      ? invitationView(await inviteByMail({ ...owner, role: 'owner' }, inside, dependencies))
      : null,
  };
}

export async function createWholeAccount(
  { settings, ...beginning }: AskedAccount,
  caller: Caller,
  dependencies: Dependencies,
) {
  const account = await createAccount(settings, caller, dependencies);
  try {
    const made = await begin(beginning, { ...caller, accountId: account.id }, dependencies);
    return { ...adminAccountView(account), ...made };
  } catch (error) {
    await removeAccount(account.id, caller, dependencies);
    throw error;
  }
}
