import { type AccountPatch, account, accountPatch } from '@waybill/contract/account';
import { found } from '@waybill/relay/management/found';
import type { Principal } from '@waybill/relay/management/principal';
import { Refusal } from '@waybill/relay/refusal';
import { accountView, ownChange } from '../account-view.ts';
import { answers } from '../answers.ts';
import { noteChange } from '../audit-change.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { accountOf, principalOf } from '../request.ts';

/** `lenient` relays for unproven addresses under the platform's signature. Only the operator may set it. */
function requireGrant({ sender_policy }: AccountPatch, { kind }: Principal): void {
  if (sender_policy === 'lenient' && kind !== 'operator')
    throw new Refusal('forbidden', { detail: 'only the operator sets sender_policy to lenient' });
}

export function accountRoutes(app: App, dependencies: Dependencies): void {
  const { accounts } = dependencies.stores;
  app.get(
    '/v1/account',
    {
      schema: {
        operationId: 'getAccount',
        summary: 'This account: settings and limits',
        description:
          'The settings and limits of the account that the key belongs to, or that Waybill-Account names.',
        tags: ['Account'],
        response: answers({ 200: account }),
      },
    },
    async (request) => accountView(found(await accounts.one(accountOf(request)))),
  );
  app.patch(
    '/v1/account',
    {
      schema: {
        operationId: 'updateAccount',
        summary: 'Change settings of this account',
        description: 'Fields that are not given stay as they are. Limits are the operator’s to change.',
        tags: ['Account'],
        body: accountPatch,
        response: answers({ 200: account }),
      },
      config: { audit: 'account.changed' },
    },
    async (request) => {
      requireGrant(request.body, principalOf(request));
      const id = accountOf(request);
      const before = accountView(found(await accounts.one(id)));
      const after = accountView(found(await accounts.change(id, ownChange(request.body))));
      noteChange(request, { before, after });
      return after;
    },
  );
}
