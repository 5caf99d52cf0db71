import { useState } from 'react';
import { useRecords } from '../../api/use-records.ts';
import type { DiscardView } from '../../api/views.ts';
import { discardsText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';

const path = '/v1/admin/discards';

const columnsFor = (show: (row: DiscardView) => void): readonly Column<DiscardView>[] => [
  {
    id: 'reason',
    title: text.reason,
    cell: ({ resolution, message_id: id }) => (
      <TwoLines under={id ?? ''}>{visible(resolution.reason)}</TwoLines>
    ),
  },
  { id: 'stage', title: text.stage, width: '90px', isWide: true, cell: ({ stage }) => stage },
  { id: 'when', title: text.when, width: '96px', cell: ({ occurred_at: at }) => <Moment at={at} /> },
  {
    id: 'show',
    title: text.evidence,
    width: '96px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.resolution.reason} onClick={() => show(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

const Discard = ({ row, onClose }: { readonly row: DiscardView; readonly onClose: () => void }) => (
  <Dialog title={visible(row.resolution.reason)} onClose={onClose} size="lg">
    <Facts
      rows={[
        [text.when, <ExactMoment key="when" at={row.occurred_at} />],
        [text.message, row.message_id],
      ]}
    />
    <h3>{text.rejected}</h3>
    {row.resolution.rejected.length === 0 && <p>{text.none}</p>}
    <Facts
      rows={row.resolution.rejected.map(({ account_id: id, by, reason }) => [
        <code key={id}>{id}</code>,
        `${by}: ${visible(reason)}`,
      ])}
    />
    <h3>{text.evidence}</h3>
    <Verbatim text={JSON.stringify(row.evidence, null, 2)} label={text.evidence} />
  </Dialog>
);

/** What no account owned. */
export function DiscardsPage() {
  const records = useRecords<DiscardView>(path);
  const [shown, setShown] = useState<DiscardView>();
  return (
    <Page title={text.title} lead={text.lead} actions={<ExportMenu path={path} />}>
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor(setShown)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
      />
      {shown !== undefined && <Discard row={shown} onClose={() => setShown(undefined)} />}
    </Page>
  );
}
