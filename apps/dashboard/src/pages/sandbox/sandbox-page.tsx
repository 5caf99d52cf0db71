import { Button } from '@mantine/core';
import { useState } from 'react';
import { useLive } from '../../api/live/use-live.ts';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { SandboxMessageView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { bytes } from '../../text/number.ts';
import { sandboxText as text } from '../../text/sandbox.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { FilterBar } from '../../ui/filter-bar.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { MagicRecipients } from './magic-recipients.tsx';

const columns: readonly Column<SandboxMessageView>[] = [
  {
    id: 'subject',
    title: text.subject,
    cell: ({ id, subject, from, mail_from: path }) => (
      <RowLink to={paths.sandboxMessage(id)} under={visible(from ?? (path === '' ? text.nullPath : path))}>
        {subject ? visible(subject) : text.noSubject}
      </RowLink>
    ),
  },
  { id: 'to', title: text.to, width: '30%', cell: ({ rcpt_to: to }) => visible(to) },
  { id: 'tls', title: text.encryption, width: '20%', isWide: true, cell: ({ tls }) => tls ?? '–' },
  {
    id: 'size',
    title: text.size,
    width: '90px',
    isRight: true,
    isWide: true,
    cell: ({ size }) => bytes(size),
  },
  { id: 'when', title: text.received, width: '96px', cell: ({ received_at: at }) => <Moment at={at} /> },
];

const path = '/v1/sandbox/messages';
const fields = [{ name: 'to', label: text.recipient }] as const;

/** What the recipients of the sandbox got. */
export function SandboxPage() {
  const filter = useFilters(['to']);
  const change = useChangeSearch();
  const records = useRecords<SandboxMessageView>(path, filter);
  // Further pages are read again by the reader only, so that news cost one request.
  useLive(() => {
    if (records.data?.pages.length === 1) void records.refetch();
  });
  const [isClearing, setClearing] = useState(false);
  const mayClear = useMay('developer');
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {mayClear && (
            <Button variant="default" onClick={() => setClearing(true)}>
              {text.clear}
            </Button>
          )}
          <ExportMenu path={path} query={filter} />
        </>
      }
    >
      <FilterBar fields={fields} values={filter} onChange={change} />
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columns}
        rowKey={({ id }) => id}
        empty={
          <EmptyState title={text.emptyTitle} text={text.emptyText}>
            <MagicRecipients />
          </EmptyState>
        }
      />
      <Section title={text.magicTitle}>
        <MagicRecipients />
      </Section>
      {isClearing && <ClearDialog onClose={() => setClearing(false)} />}
    </Page>
  );
}

function ClearDialog({ onClose }: { readonly onClose: () => void }) {
  const clear = useChange({ done: text.cleared, isInPlace: true });
  return (
    <FormDialog
      title={text.clearTitle}
      submit={text.clear}
      isDangerous
      isBusy={clear.isPending}
      error={clear.error}
      onClose={onClose}
      onSubmit={() => clear.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      {text.clearText}
    </FormDialog>
  );
}
