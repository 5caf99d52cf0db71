import {
  accountQuery,
  adminAccount,
  adminAccountBody,
  adminAccountMade,
  adminAccountPatch,
  deletionQuery,
  suspendBody,
  undeletedAdminAccount,
} from '@waybill/contract/account';
import { idParams } from '@waybill/contract/id';
import { usage, usageQuery } from '@waybill/contract/limit';
import { given } from '@waybill/relay/given';
import { parsePublicId } from '@waybill/relay/id';
import { deleteAccount, undeleteAccount } from '@waybill/relay/management/account-deletion';
import { adminAccountView, operatorSettings } from '@waybill/relay/management/account-json';
import { changeAccount, resumeAccount, suspendAccount } from '@waybill/relay/management/accounts';
import { found } from '@waybill/relay/management/found';
import { readUsage } from '@waybill/relay/management/limits';

import type { App, Dependencies } from '../dependencies.ts';
import { innerId } from '../inner-id.ts';
import { listRoute } from '../list-route.ts';
import { createWholeAccount } from '../new-account.ts';
import { readEmail } from '../read-email.ts';
import { callerOf } from '../request.ts';
import { route } from '../route.ts';

const tags = ['Operator'];
const params = idParams('acc');

export function adminAccountRoutes(app: App, dependencies: Dependencies): void {
  listRoute(app, dependencies, {
    url: '/v1/admin/accounts',
    operationId: 'listAccounts',
    summary: 'Accounts, newest first',
    description: 'Deleted accounts are not shown.',
    tags,
    cursor: 'accounts',
    query: accountQuery,
    item: adminAccount,
    rows: (page, request) => {
      const { q, status } = request.query;
      const id = q === undefined ? undefined : parsePublicId('acc', q.trim().toLowerCase());
      const filter = given({ status, id, q: id === undefined ? q : undefined });
      return dependencies.stores.accounts.list({ ...page, ...filter });
    },
    view: adminAccountView,
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/accounts',
    operationId: 'createAccount',
    summary: 'Make an account',
    description:
      'The account gets a first stream, transactional. On request its owner is invited by mail and it gets first credentials, whose secrets are shown in this answer only. When a part fails, no account is made.',
    tags,
    body: adminAccountBody,
    answer: adminAccountMade,
    statuses: [201],
    idempotent: true,
    run: (request) => {
      const { name, owner, smtp_credential: smtpCredential, api_key: apiKey, ...settings } = request.body;
      const asked = {
        settings: { ...operatorSettings(settings), name },
        owner: owner && { email: readEmail(owner.email, '/owner/email') },
        smtpCredential,
        apiKey,
      };
      return createWholeAccount(asked, callerOf(request), dependencies);
    },
  });
  oneRoutes(app, dependencies);
  stateRoutes(app, dependencies);
}

function oneRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/accounts/:id',
    operationId: 'getAnyAccount',
    summary: 'One account',
    description: 'Shows settings and limits as the operator sees them.',
    tags,
    params,
    answer: adminAccount,
    run: async (request) =>
      adminAccountView(found(await dependencies.stores.accounts.one(innerId('acc', request.params.id)))),
  });
  route(app, {
    method: 'PATCH',
    url: '/v1/admin/accounts/:id',
    operationId: 'updateAnyAccount',
    summary: 'Change settings and limits of an account',
    description: 'Fields that are not given stay as they are; null clears a limit.',
    tags,
    params,
    body: adminAccountPatch,
    answer: adminAccount,
    run: async (request) => {
      const change = { id: innerId('acc', request.params.id), settings: operatorSettings(request.body) };
      return adminAccountView(await changeAccount(change, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'DELETE',
    url: '/v1/admin/accounts/:id',
    operationId: 'deleteAccount',
    summary: 'Delete an account',
    description:
      'Keys and credentials refuse at once and waiting mail is cancelled. Until deletes_at it can be undone; then its networks and domains are free again and all its rows are erased.',
    tags,
    params,
    query: deletionQuery,
    answer: adminAccount,
    refusals: ['conflict'],
    run: async (request) => {
      const graceDays = request.query.grace_days ?? dependencies.deletionGraceDays;
      const asked = { id: innerId('acc', request.params.id), graceDays };
      return adminAccountView(await deleteAccount(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/accounts/:id/undelete',
    operationId: 'undeleteAccount',
    summary: 'Undo the deletion of an account',
    description:
      'Keys and credentials work again. Mail that the deletion cancelled stays cancelled; cancelled_deliveries says how much.',
    tags,
    params,
    answer: undeletedAdminAccount,
    refusals: ['conflict'],
    run: async (request) => {
      const id = innerId('acc', request.params.id);
      const done = await undeleteAccount(id, callerOf(request), dependencies);
      return { ...adminAccountView(done.account), cancelled_deliveries: done.cancelledDeliveries };
    },
  });
}

function stateRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/admin/accounts/:id/usage',
    operationId: 'getAnyUsage',
    summary: 'What was accepted from an account, by day',
    description:
      'For billing: messages, recipients and bytes by day in UTC, at most 366 days, each message once.',
    tags,
    params,
    query: usageQuery,
    answer: usage,
    run: async (request) => {
      const { id } = found(await dependencies.stores.accounts.one(innerId('acc', request.params.id)));
      return readUsage(id, request.query, dependencies);
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/accounts/:id/suspend',
    operationId: 'suspendAccount',
    summary: 'Accept nothing more from an account and hold its mail',
    description: 'Nothing more is accepted from it and mail that waits is held until it is resumed.',
    tags,
    params,
    body: suspendBody,
    answer: adminAccount,
    run: async (request) => {
      const asked = { id: innerId('acc', request.params.id), reason: request.body.reason };
      return adminAccountView(await suspendAccount(asked, callerOf(request), dependencies));
    },
  });
  route(app, {
    method: 'POST',
    url: '/v1/admin/accounts/:id/resume',
    operationId: 'resumeAccount',
    summary: 'Accept again',
    description: 'Mail that the suspension held goes on.',
    tags,
    params,
    answer: adminAccount,
    run: async (request) =>
      adminAccountView(
        await resumeAccount(innerId('acc', request.params.id), callerOf(request), dependencies),
      ),
  });
}
