import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
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
import { RemoveStream } from './remove-stream.tsx';
import { StreamDialog } from './stream-dialog.tsx';

const path = '/v1/streams';

const trackingOf = ({ tracking: { opens, clicks } }: StreamView): string =>
  [opens ? 'opens' : 'no opens', clickModes[clicks]].join(', ');

type Opened = { readonly what: 'create' } | { readonly what: 'edit' | 'remove'; readonly row: StreamView };
type Actions = { readonly open: (opened: Opened) => void; readonly makeDefault: (row: StreamView) => void };

const columnsFor = ({ open, makeDefault }: Actions): readonly Column<StreamView>[] => [
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
    isWide: true,
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
    width: '236px',
    isRight: true,
    cell: (row) => (
      <>
        <RowButton about={row.name} onClick={() => open({ what: 'edit', row })}>
          {text.edit}
        </RowButton>
        {!row.is_default && (
          <>
            <RowButton about={row.name} onClick={() => makeDefault(row)}>
              {text.makeDefault}
            </RowButton>
            <RowButton about={row.name} onClick={() => open({ what: 'remove', row })}>
              {text.remove}
            </RowButton>
          </>
        )}
      </>
    ),
  },
];

/** The streams of the account. */
export function StreamsPage() {
  const records = useRecords<StreamView>(path, { limit: undefined });
  const [opened, setOpened] = useState<Opened>();
  const mayChange = useMay('developer');
  const change = useChange<StreamView>({ done: ({ name }) => text.isDefault(name) });
  const makeDefault = ({ id }: StreamView): void =>
    change.mutate({ path: `${path}/${id}`, method: 'PATCH', body: { is_default: true } });
  const rows = records.data?.pages.flatMap(({ data }) => data) ?? [];
  const close = (): void => setOpened(undefined);
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {mayChange && <Button onClick={() => setOpened({ what: 'create' })}>{text.add}</Button>}
          <ExportMenu path={path} />
        </>
      }
    >
      <RecordList
        records={records}
        label={text.label}
        one={text.one}
        columns={columnsFor({ open: setOpened, makeDefault })}
        rowKey={({ id }) => id}
        empty={<EmptyState title={text.emptyTitle} text={text.emptyText} />}
      />
      {opened !== undefined && opened.what !== 'remove' && (
        <StreamDialog stream={opened.what === 'create' ? undefined : opened.row} onClose={close} />
      )}
      {opened?.what === 'remove' && (
        <RemoveStream
          stream={opened.row}
          others={rows.filter(({ id }) => id !== opened.row.id)}
          onClose={close}
        />
      )}
    </Page>
  );
}
