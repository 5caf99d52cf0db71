import { queuesText as text } from '../../text/admin.ts';
import { CopyAsCurl } from '../../ui/copy-as-curl.tsx';
import { Page } from '../../ui/page.tsx';
import { QueueTable } from './queue-table.tsx';

/** What waits in the installation. */
export const QueuesPage = () => (
  <Page title={text.title} lead={text.lead} actions={<CopyAsCurl path="/v1/admin/queues" />}>
    <QueueTable />
  </Page>
);
