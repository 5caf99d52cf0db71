/** Asks the mailbox of a registered address for its confirmation, and says in the answer of the API what came of it. */
import type { ConfirmationView } from '@waybill/contract/from-address';
import type { FromAddressRecord } from '@waybill/io/postgres/management/from-addresses';
import { Refusal, type RefusalCode, refusalRow } from '@waybill/relay/refusal';
import type { Dependencies } from './dependencies.ts';
import { mailConfirmation } from './product-mail/confirmation-mail.ts';
import { found } from './request.ts';

/** What keeps a mail from being sent, but not the address from being registered: the operator may still vouch for it. */
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

/** Mails the link, or rejects with the refusal that says why not. */
export async function askMailbox(
  row: FromAddressRecord,
  accountId: string,
  dependencies: Dependencies,
): Promise<ConfirmationView> {
  const { name: accountName, status } = found(await dependencies.stores.accounts.one(accountId));
  // Whatever it was suspended for, it must not reach strangers this way.
  if (status === 'suspended') throw new Refusal('account_suspended');
  const asking = { fromAddressId: row.id, accountId, accountName, address: row.address };
  return mailedUntil(await mailConfirmation(asking, dependencies));
}

/** The address stays registered without a mail where a limit is in the way. Where nothing was decided, it does not. */
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
