/** An owner deletes the account, and undoes it. */
import { account, deletionBody, undeletedAccount } from '@waybill/contract/account';
import { deleteOwnAccount, undeleteAccount } from '@waybill/relay/management/account-deletion';
import { accountView } from '@waybill/relay/management/account-json';
import { found } from '@waybill/relay/management/found';
import { requireProof } from '@waybill/relay/people/me';
import { Refusal } from '@waybill/relay/refusal';
import type { App, Dependencies } from '../dependencies.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Account'];
const url = '/v1/account/deletion';

export function accountDeletionRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'POST',
    url,
    operationId: 'deleteOwnAccount',
    summary: 'Delete this account (an owner, logged in)',
    description:
      'Takes the name of the account and the password, or a code, of the owner. Keys and credentials refuse at once, waiting mail is cancelled, and members only read. Until deletes_at an owner or the operator can undo it; then the account and all its rows are erased. The audit log keeps the fact.',
    tags,
    body: deletionBody,
    answer: account,
    refusals: ['conflict', 'too_many_failures'],
    run: async (request) => {
      const { name, current_password: currentPassword, code } = request.body;
      const { user } = request.openSession ?? {};
      if (user === undefined)
        throw new Refusal('forbidden', { detail: 'only an owner does this, logged in' });
      const row = found(await dependencies.stores.users.byId(user.id));
      await requireProof(row, { currentPassword, code }, dependencies);
      const asked = { name, graceDays: dependencies.deletionGraceDays };
      return accountView(await deleteOwnAccount(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url,
    operationId: 'undeleteOwnAccount',
    summary: 'Undo the deletion of this account (an owner, logged in)',
    description:
      'Keys and credentials work again. Mail that the deletion cancelled stays cancelled; cancelled_deliveries says how much.',
    tags,
    answer: undeletedAccount,
    refusals: ['conflict'],
    run: async (request) => {
      const done = await undeleteAccount(accountOf(request), callerOf(request), dependencies);
      return { ...accountView(done.account), cancelled_deliveries: done.cancelledDeliveries };
    },
  });
}
