import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecords } from '../../api/use-records.ts';
import type { WebhookSecretView, WebhookView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { visible } from '../../text/visible.ts';
import { webhooksText as text, webhookStatus } from '../../text/webhooks.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { webhookLook } from './webhook-look.ts';

const path = '/v1/webhooks';

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
  { id: 'events', title: text.events, width: '26%', isWide: true, cell: eventsOf },
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
  const records = useRecords<WebhookView>(path);
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
      {isAdding && <CreateDialog onClose={() => setAdding(false)} onSecret={setMade} />}
      {made !== undefined && <WebhookSecret made={made} onClose={() => setMade(undefined)} />}
    </Page>
  );
}

type SecretProps = { readonly made: WebhookSecretView; readonly onClose: () => void };

export const WebhookSecret = ({ made, onClose }: SecretProps) => (
  <SecretDialog
    title={text.onceTitle}
    lead={text.onceText}
    secrets={[[text.secret, made.secret]]}
    done={text.copied}
    onClose={onClose}
  />
);

const typesIn = (typed: string): readonly string[] => typed.split(/[\s,]+/).filter((word) => word !== '');

type CreateProps = { readonly onClose: () => void; readonly onSecret: (made: WebhookSecretView) => void };

function CreateDialog({ onClose, onSecret }: CreateProps) {
  const [url, setUrl] = useState('');
  const [events, setEvents] = useState('*');
  const create = useChange<WebhookSecretView>({ isInPlace: true });
  const show = (made: WebhookSecretView): void => {
    onClose();
    onSecret(made);
  };
  const body = { url: url.trim(), events: typesIn(events) };
  return (
    <FormDialog
      title={text.add}
      submit={text.add}
      isBusy={create.isPending}
      isReady={body.url !== '' && body.events.length > 0}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path, body }, { onSuccess: show })}
    >
      <TextInput
        data-autofocus
        type="url"
        label={text.url}
        description={text.urlHint}
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
      />
      <TextInput
        label={text.events}
        description={text.eventsHint}
        value={events}
        onChange={(event) => setEvents(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
