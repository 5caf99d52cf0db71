import { account, accountPatch } from '@waybill/contract/account';
import { accountView, ownSettings } from '@waybill/relay/management/account-json';
import { changeOwnAccount } from '@waybill/relay/management/accounts';
import { found } from '@waybill/relay/management/found';

import type { App, Dependencies } from '../dependencies.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

export function accountRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/account',
    operationId: 'getAccount',
    summary: 'This account: settings and limits',
    description:
      'The settings and limits of the account that the key belongs to, or that Waybill-Account names.',
    tags: ['Account'],
    answer: account,
    run: async (request) => accountView(found(await dependencies.stores.accounts.one(accountOf(request)))),
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/account',
    operationId: 'updateAccount',
    summary: 'Change settings of this account',
    description: 'Fields that are not given stay as they are. Limits are the operator’s to change.',
    tags: ['Account'],
    body: accountPatch,
    answer: account,
    run: async (request) =>
      accountView(await changeOwnAccount(ownSettings(request.body), callerOf(request), dependencies)),
  });
}
