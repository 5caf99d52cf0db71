import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import type { WebhookSecretView, WebhookView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { visible } from '../../text/visible.ts';
import { webhooksText as text, webhookStatus } from '../../text/webhooks.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { CreateWebhook } from './webhook-form.tsx';
import { successOf, webhookLook } from './webhook-look.ts';
import { WebhookSecret } from './webhook-secret.tsx';

const path = '/v1/webhooks';
const REFETCH_MS = 10_000;

const eventsOf = ({ events }: WebhookView): string =>
  events.includes('*') ? text.allEvents : events.join(', ');

const columns: readonly Column<WebhookView>[] = [
  {
    id: 'url',
    title: text.url,
    cell: ({ id, url, description }) => (
      <RowLink to={paths.webhook(id)} under={visible(description)}>
        {visible(url)}
      </RowLink>
    ),
  },
  {
    id: 'status',
    title: text.status,
    width: '120px',
    cell: ({ status }) => <StatusMark {...webhookLook[status]} text={webhookStatus[status]} />,
  },
  { id: 'events', title: text.events, width: '20%', isWide: true, cell: eventsOf },
  { id: 'rate', title: text.rate, width: '104px', isRight: true, isWide: true, cell: successOf },
  {
    id: 'due',
    title: text.oldestDue,
    width: '100px',
    isWide: true,
    cell: ({ oldest_due_at: at }) => <Moment at={at} absent={text.nothingDue} />,
  },
  {
    id: 'success',
    title: text.success,
    width: '110px',
    isWide: true,
    cell: ({ last_success_at: at }) => <Moment at={at} absent={text.never} />,
  },
];

/** The endpoints that get the events of the account. */
export function WebhooksPage() {
  const records = useRecords<WebhookView>(path, {}, { refetchMs: REFETCH_MS });
  const [isAdding, setAdding] = useState(false);
  const [made, setMade] = useState<WebhookSecretView>();
  const add = useMay('developer') && <Button onClick={() => setAdding(true)}>{text.add}</Button>;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {add}
          <ExportMenu path={path} />
        </>
      }
    >
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={text.emptyTitle} text={text.emptyText}>
            {add}
          </EmptyState>
        }
      />
      {isAdding && <CreateWebhook onClose={() => setAdding(false)} onSecret={setMade} />}
      {made !== undefined && <WebhookSecret made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}
