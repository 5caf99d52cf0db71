import { AccountId } from '../../api/account-id.ts';
import { queuesText as text } from '../../text/admin.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { QueueTable } from './queue-table.tsx';
import { WaitingTable, waitingPath } from './waiting-table.tsx';

/** What waits in the installation: mail, and the jobs of the processes. */
export const QueuesPage = () => (
  <AccountId value={undefined}>
    <Page title={text.title} lead={text.lead}>
      <Section title={text.mail} actions={<ExportMenu path={waitingPath} />}>
        <p>{text.mailLead}</p>
        <WaitingTable />
      </Section>
      <Section title={text.jobs} actions={<CopyAsCurl path="/v1/admin/queues" />}>
        <QueueTable />
      </Section>
    </Page>
  </AccountId>
);
