/** Entries of an audit log, with their filters. */

import { useState } from 'react';
import { useRecords } from '../../api/use-records.ts';
import { useChangeSearch, useFilters } from '../../api/use-search.ts';
import type { AuditEntryView } from '../../api/views.ts';
import { auditText as text } from '../../text/audit.ts';
import { visible } from '../../text/visible.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Facts } from '../../ui/facts.tsx';
import { FilterBar, type FilterField } from '../../ui/filter-bar.tsx';
import { ListHead } from '../../ui/list-head.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Verbatim } from '../../ui/verbatim.tsx';

const fields: readonly FilterField[] = [
  { name: 'action', label: text.action },
  { name: 'actor', label: text.actor },
  { name: 'target', label: text.target },
];

const columnsFor = (show: (row: AuditEntryView) => void): readonly Column<AuditEntryView>[] => [
  {
    id: 'action',
    title: text.action,
    cell: ({ action, target }) => <TwoLines under={visible(target)}>{action}</TwoLines>,
  },
  {
    id: 'actor',
    title: text.actor,
    width: '32%',
    isWide: true,
    cell: ({ actor }) => <code>{visible(actor)}</code>,
  },
  { id: 'when', title: text.when, width: '96px', cell: ({ occurred_at: at }) => <Moment at={at} /> },
  {
    id: 'detail',
    title: text.detail,
    width: '120px',
    isRight: true,
    cell: (row) => (
      <RowButton about={`${row.action} ${row.target}`} onClick={() => show(row)}>
        {text.show}
      </RowButton>
    ),
  },
];

const Copied = ({ value, label }: { readonly value: string; readonly label: string }) => (
  <>
    <code>{visible(value)}</code> <CopyButton text={value} label={label} />
  </>
);

const Entry = ({ entry, onClose }: { readonly entry: AuditEntryView; readonly onClose: () => void }) => (
  <Dialog title={entry.action} onClose={onClose} size="lg">
    <Facts
      rows={[
        [text.when, <ExactMoment key="when" at={entry.occurred_at} />],
        [text.actor, <Copied key="actor" value={entry.actor} label={text.actor} />],
        [text.target, <Copied key="target" value={entry.target} label={text.target} />],
        [
          text.account,
          entry.account_id && <Copied key="account" value={entry.account_id} label={text.account} />,
        ],
      ]}
    />
    <Verbatim text={JSON.stringify(entry.detail, null, 2)} label={text.detail} />
  </Dialog>
);

export function AuditList({ path }: { readonly path: string }) {
  const filter = useFilters(fields.map(({ name }) => name));
  const change = useChangeSearch();
  const records = useRecords<AuditEntryView>(path, filter);
  const [shown, setShown] = useState<AuditEntryView>();
  const isFiltered = Object.values(filter).some((value) => value !== undefined);
  return (
    <>
      <ListHead>
        <ExportMenu path={path} query={filter} />
      </ListHead>
      <FilterBar fields={fields} values={filter} onChange={change} />
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor(setShown)}
        rowKey={({ id }) => id}
        empty={
          <EmptyState
            title={isFiltered ? text.nothingTitle : text.emptyTitle}
            text={isFiltered ? text.nothingText : text.emptyText}
          />
        }
      />
      {shown !== undefined && <Entry entry={shown} onClose={() => setShown(undefined)} />}
    </>
  );
}
