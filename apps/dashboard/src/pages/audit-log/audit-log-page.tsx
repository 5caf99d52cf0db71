import { auditText as text } from '../../text/audit.ts';
import { Page } from '../../ui/page.tsx';
import { AuditList } from './audit-list.tsx';

/** Who changed what in this account. */
export const AuditLogPage = () => (
  <Page title={text.title} lead={text.lead}>
    <AuditList path="/v1/audit-log" />
  </Page>
);
