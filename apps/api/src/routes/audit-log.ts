import { type AuditEntryView, auditEntry, auditQuery } from '@waybill/contract/admin';
import { listOf } from '@waybill/contract/list';
import type { AuditRecord } from '@waybill/io/postgres/management/audit-log';
import { publicId } from '@waybill/relay/id';
import { publicFields } from '@waybill/relay/trace/public-json';
import { answers } from '../answers.ts';
import type { App, Dependencies } from '../dependencies.ts';
import { given } from '../given.ts';
import { accountOf } from '../request.ts';

const LIST = 'account-audit-log';

export const auditView = (row: AuditRecord): AuditEntryView => ({
  id: publicId('aud', row.id),
  account_id: row.accountId === undefined ? null : publicId('acc', row.accountId),
  actor: row.actor,
  action: row.action,
  target: row.target,
  detail: publicFields(row.detail),
  occurred_at: row.occurredAt.toISOString(),
});

export function auditLogRoutes(app: App, dependencies: Dependencies): void {
  app.get(
    '/v1/audit-log',
    {
      schema: {
        operationId: 'listAuditEntries',
        summary: 'Who changed what in this account, newest first',
        description:
          'Each entry shows what stood before and what stands after. Requests that change nothing leave none.',
        tags: ['Account'],
        querystring: auditQuery,
        response: answers({ 200: listOf(auditEntry) }),
      },
    },
    async (request) => {
      const { limit, after, ...filter } = request.query;
      const page = {
        limit: limit + 1,
        ...given({ after: dependencies.cursors.read(LIST, after), ...filter }),
      };
      const rows = await dependencies.stores.auditLog.list(accountOf(request), page);
      return dependencies.cursors.page(LIST, rows, { limit, view: auditView });
    },
  );
}
