import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import type { StreamView } from '../../api/views.ts';
import { clickModes, streamsText as text } from '../../text/streams.ts';
import { uiText } from '../../text/ui.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Page } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { StreamDialog } from './stream-dialog.tsx';

const path = '/v1/streams';

const trackingOf = ({ tracking: { opens, clicks } }: StreamView): string =>
  [opens ? 'opens' : 'no opens', clickModes[clicks]].join(', ');

const columnsFor = (edit: (row: StreamView) => void): readonly Column<StreamView>[] => [
  {
    id: 'name',
    title: text.name,
    cell: ({ name, is_default: isDefault }) => (
      <TwoLines under={isDefault ? text.default : ''}>
        <b>{name}</b>
      </TwoLines>
    ),
  },
  { id: 'tracking', title: text.tracking, width: '30%', isWide: true, cell: trackingOf },
  {
    id: 'unsubscribe',
    title: text.unsubscribe,
    width: '140px',
    isWide: true,
    cell: ({ list_unsubscribe: isOn }) => (isOn ? 'yes' : 'no'),
  },
  {
    id: 'expiry',
    title: text.expiry,
    width: '110px',
    cell: ({ expiry_minutes: minutes }) => text.hours(minutes),
  },
  {
    id: 'retention',
    title: text.retention,
    width: '96px',
    isWide: true,
    cell: ({ retention }) => text.days(retention.metadata_days),
  },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '70px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.name} onClick={() => edit(row)}>
        {text.edit}
      </RowButton>
    ),
  },
];

/** The streams of the account. */
export function StreamsPage() {
  const records = useRecords<StreamView>(path, { limit: undefined });
  const [opened, setOpened] = useState<'create' | StreamView>();
  const mayChange = useMay('developer');
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {mayChange && <Button onClick={() => setOpened('create')}>{text.add}</Button>}
          <ExportMenu path={path} />
        </>
      }
    >
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor(setOpened)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
      />
      {opened !== undefined && (
        <StreamDialog
          stream={opened === 'create' ? undefined : opened}
          onClose={() => setOpened(undefined)}
        />
      )}
    </Page>
  );
}
