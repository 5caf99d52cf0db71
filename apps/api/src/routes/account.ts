import { account, accountPatch, ownAccount } from '@waybill/contract/account';
import { limitState, usage, usageQuery } from '@waybill/contract/limit';
import type { SmtpAccess } from '@waybill/io/config/smtp-access';
import {
  type DkimRecordType,
  dkimRecordTypes,
  type Installation,
} from '@waybill/relay/domains/domain-records';
import { accountView, ownSettings } from '@waybill/relay/management/account-json';
import { changeOwnAccount } from '@waybill/relay/management/accounts';
import { found } from '@waybill/relay/management/found';
import { limitWarnings, listLimits, readUsage } from '@waybill/relay/management/limits';
import { orNull } from '@waybill/relay/management/or-null';

import type { App, Dependencies } from '../dependencies.ts';
import { wholeListRoute } from '../list-route.ts';
import { accountOf, callerOf } from '../request.ts';
import { route } from '../route.ts';

const smtpView = ({ host, startTlsPort, tlsPort, cleartextPort }: SmtpAccess) => ({
  host,
  starttls_port: orNull(startTlsPort),
  tls_port: orNull(tlsPort),
  cleartext_port: orNull(cleartextPort),
});

const dkimRecordsOf = ({ dkimDomain }: Installation): readonly DkimRecordType[] =>
  dkimDomain === undefined ? ['txt'] : dkimRecordTypes;

export function accountRoutes(app: App, dependencies: Dependencies): void {
  route(app, {
    method: 'GET',
    url: '/v1/account',
    operationId: 'getAccount',
    summary: 'This account: settings, limits and usage',
    description:
      'The account that the key belongs to, or that Waybill-Account names, with what it used this month, the limits that are nearly used up, how its mail leaves, and where its programs submit over SMTP.',
    tags: ['Account'],
    answer: ownAccount,
    run: async (request) => {
      const id = accountOf(request);
      const [row, { days: _days, ...month }, limits] = await Promise.all([
        dependencies.stores.accounts.one(id),
        readUsage(id, {}, dependencies),
        listLimits(id, dependencies),
      ]);
      const view = accountView(found(row));
      return {
        ...view,
        effective_delivery_mode: view.delivery_mode ?? dependencies.deliveryMode,
        smtp: smtpView(dependencies.smtpAccess),
        dkim_records: [...dkimRecordsOf(dependencies.installation)],
        usage: month,
        warnings: [...limitWarnings(limits)],
      };
    },
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
  limitRoutes(app, dependencies);
}

function limitRoutes(app: App, dependencies: Dependencies): void {
  wholeListRoute(app, {
    url: '/v1/limits',
    operationId: 'listLimits',
    summary: 'Sending limits, with what is left of each',
    description:
      'The limits of the account, set by the operator, and of its streams and credentials, set by the account. All of them hold together.',
    tags: ['Account'],
    item: limitState,
    rows: (request) => listLimits(accountOf(request), dependencies),
  });
  route(app, {
    method: 'GET',
    url: '/v1/usage',
    operationId: 'getUsage',
    summary: 'What was accepted, by day',
    description:
      'Messages, recipients and bytes that were accepted, by day in UTC, at most 366 days. Each message is counted once, in the transaction that stores it.',
    tags: ['Account'],
    query: usageQuery,
    answer: usage,
    run: (request) => readUsage(accountOf(request), request.query, dependencies),
  });
}
