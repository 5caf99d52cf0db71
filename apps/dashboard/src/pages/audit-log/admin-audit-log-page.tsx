import { AccountId } from '../../api/account-id.ts';
import { auditText as text } from '../../text/audit.ts';
import { Page } from '../../ui/page.tsx';
import { AuditList } from './audit-list.tsx';

/** Who changed what anywhere. Without an account the API shows the entries of all. */
export const AdminAuditLogPage = () => (
  <AccountId value={undefined}>
    <Page title={text.adminTitle} lead={text.adminLead}>
      <AuditList path="/v1/admin/audit-log" />
    </Page>
  </AccountId>
);
