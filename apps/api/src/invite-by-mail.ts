/** Makes an invitation and mails its link. An invitation whose mail cannot be accepted is revoked. */
import type { Caller } from '@waybill/relay/management/audit';
import { found } from '@waybill/relay/management/found';
import { accountOf } from '@waybill/relay/management/principal';
import type { Role } from '@waybill/relay/management/roles';
import { invite } from '@waybill/relay/people/invitations';
import type { InvitationRecord } from '@waybill/relay/people/records';
import { requireActiveAccount } from '@waybill/relay/require-active';
import type { Dependencies } from './dependencies.ts';
import { invitationMail } from './product-mail/invitation-mail.ts';
import { sendProductMail } from './product-mail/send-product-mail.ts';

export async function inviteByMail(
  asked: { readonly email: string; readonly role: Role },
  caller: Caller,
  dependencies: Dependencies,
): Promise<InvitationRecord> {
  const { accounts, invitations } = dependencies.stores;
  const account = found(await accounts.one(accountOf(caller)));
  // A suspended account must not reach strangers through mail of the platform.
  if (caller.kind !== 'operator') requireActiveAccount(account);
  const { row, token } = await invite(asked, caller, dependencies);
  const { email, role } = row;
  try {
    const mail = invitationMail({ email, role, accountName: account.name, token }, dependencies);
    await sendProductMail(mail, dependencies);
  } catch (error) {
    await invitations.revoke(account.id, row.id, dependencies.now());
    throw error;
  }
  return row;
}
