/** Mails the confirmation link to a registered address, and reports in the API's answer whether it was sent. */
import type { ConfirmationView } from '@waybill/contract/from-address';
import { found } from '@waybill/relay/management/found';
import type { FromAddressRecord } from '@waybill/relay/management/records';
import { Refusal, type RefusalCode, refusalRow } from '@waybill/relay/refusal';
import type { Dependencies } from './dependencies.ts';
import { mailConfirmation } from './product-mail/confirmation-mail.ts';

/** Refusals that stop the mail but not the registration: the operator may still vouch for the address. */
const withoutMail: ReadonlySet<string> = new Set([
  'confirmation_limited',
  'confirmation_refused',
  'recipient_suppressed',
] satisfies RefusalCode[]);

const notMailed = ({ code, detail, retryAt }: Refusal): ConfirmationView => ({
  mailed: false,
  expires_at: null,
  code,
  detail: detail ?? refusalRow(code).text,
  retry_at: retryAt?.toISOString() ?? null,
});

const mailedUntil = (expiresAt: Date): ConfirmationView => ({
  mailed: true,
  expires_at: expiresAt.toISOString(),
  code: null,
  detail: null,
  retry_at: null,
});

/** Mails the link, or rejects with the refusal. */
export async function askMailbox(
  row: FromAddressRecord,
  accountId: string,
  dependencies: Dependencies,
): Promise<ConfirmationView> {
  const { name: accountName, status } = found(await dependencies.stores.accounts.one(accountId));
  // A suspended account must not reach strangers through confirmation mail.
  if (status === 'suspended') throw new Refusal('account_suspended');
  const asking = { fromAddressId: row.id, accountId, accountName, address: row.address };
  return mailedUntil(await mailConfirmation(asking, dependencies));
}

/** The address stays registered when a limit stops the mail. It does not stay when the mail fails for a temporary fault. */
export async function askMailboxOfNew(
  row: FromAddressRecord,
  accountId: string,
  dependencies: Dependencies,
): Promise<ConfirmationView> {
  try {
    return await askMailbox(row, accountId, dependencies);
  } catch (error) {
    if (error instanceof Refusal && withoutMail.has(error.code)) return notMailed(error);
    await dependencies.stores.fromAddresses.remove(accountId, row.id);
    throw error;
  }
}
