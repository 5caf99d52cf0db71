import { account, accountPatch } from '@waybill/contract/account';
import { accountView, ownChange } from '../account-view.ts';
import { answers } from '../answers.ts';
import { accountOf, found } from '../request.ts';
import type { App, World } from '../world.ts';

export function accountRoutes(app: App, world: World): void {
  const { accounts } = world.stores;
  app.get(
    '/v1/account',
    {
      schema: {
        summary: 'This account: settings and limits',
        tags: ['Account'],
        response: answers({ 200: account }),
      },
      config: { scope: 'account:read' },
    },
    async (request) => accountView(found(await accounts.one(accountOf(request)))),
  );
  app.patch(
    '/v1/account',
    {
      schema: {
        summary: 'Change settings of this account',
        tags: ['Account'],
        body: accountPatch,
        response: answers({ 200: account }),
      },
      config: { scope: 'account:write', audit: 'account.changed' },
    },
    async (request) => accountView(found(await accounts.change(accountOf(request), ownChange(request.body)))),
  );
}
