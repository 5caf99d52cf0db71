import { type AuditEntryView, auditEntry, auditQuery } from '@waybill/contract/admin';
import type { AuditRecord } from '@waybill/io/postgres/management/audit-log';
import { given } from '@waybill/relay/given';
import { publicId } from '@waybill/relay/id';
import { publicFields } from '@waybill/relay/trace/public-json';
import type { App, Dependencies } from '../dependencies.ts';
import { listRoute } from '../list-route.ts';
import { accountOf, principalOf } from '../request.ts';
import type { Words } from '../route.ts';

const view = (row: AuditRecord): AuditEntryView => ({
  id: publicId('aud', row.id),
  account_id: row.accountId === undefined ? null : publicId('acc', row.accountId),
  actor: row.actor,
  action: row.action,
  target: row.target,
  detail: publicFields(row.detail),
  occurred_at: row.occurredAt.toISOString(),
});

type Log = Words & {
  readonly url: string;
  readonly cursor: string;
  readonly account: typeof accountOf | ((request: Parameters<typeof accountOf>[0]) => string | undefined);
};

const auditRoute = (app: App, dependencies: Dependencies, { account, ...words }: Log): void =>
  listRoute(app, dependencies, {
    ...words,
    query: auditQuery,
    item: auditEntry,
    rows: (page, request) => {
      const { actor, action, target } = request.query;
      const filter = given({ actor, action, target });
      return dependencies.stores.auditLog.list(account(request), { ...page, ...filter });
    },
    view,
  });

export const auditLogRoutes = (app: App, dependencies: Dependencies): void =>
  auditRoute(app, dependencies, {
    url: '/v1/audit-log',
    operationId: 'listAuditEntries',
    summary: 'Who changed what in this account, newest first',
    description:
      'Each entry shows what stood before and what stands after. Requests that change nothing leave none.',
    tags: ['Account'],
    cursor: 'account-audit-log',
    account: accountOf,
  });

export const adminAuditLogRoutes = (app: App, dependencies: Dependencies): void =>
  auditRoute(app, dependencies, {
    url: '/v1/admin/audit-log',
    operationId: 'listAllAuditEntries',
    summary: 'Who changed what, newest first; of one account with Waybill-Account',
    description: 'Entries of every account and of the installation itself.',
    tags: ['Operator'],
    cursor: 'audit-log',
    account: (request) => principalOf(request).accountId,
  });
