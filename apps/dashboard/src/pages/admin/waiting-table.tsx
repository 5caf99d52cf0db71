/** Mail that waits, by account, state and destination. An operator acts on it inside the account, in its list of messages. */
import { useState } from 'react';
import { useRecords } from '../../api/use-records.ts';
import type { WaitingGroupView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { heldForText, queuesText as text } from '../../text/admin.ts';
import { count } from '../../text/number.ts';
import { visible } from '../../text/visible.ts';
import { DeliveryStatus } from '../../ui/delivery-status.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';
import { Moment } from '../../ui/moment.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { RowLink } from '../../ui/row-link.tsx';
import { ActDialog } from './act-dialog.tsx';

export const waitingPath = '/v1/admin/queues/deliveries';
const REFETCH_MS = 5_000;

type Row = WaitingGroupView;

const columnsFor = (open: (row: Row) => void): readonly Column<Row>[] => [
  {
    id: 'domain',
    title: text.destination,
    cell: ({ domain, account_id: id, account_name: name }) => (
      <RowLink to={paths.account(id)} under={visible(name)}>
        {visible(domain)}
      </RowLink>
    ),
  },
  {
    id: 'status',
    title: text.state,
    width: '120px',
    cell: ({ status }) => <DeliveryStatus status={status} />,
  },
  {
    id: 'held',
    title: text.heldFor,
    width: '22%',
    isWide: true,
    cell: ({ held_for: reason }) => (reason === null ? '–' : (heldForText[reason] ?? reason)),
  },
  {
    id: 'count',
    title: text.deliveries,
    width: '90px',
    isRight: true,
    isWide: true,
    cell: ({ deliveries }) => count(deliveries),
  },
  {
    id: 'since',
    title: text.oldest,
    width: '90px',
    isWide: true,
    cell: ({ since }) => <Moment at={since} />,
  },
  {
    id: 'next',
    title: text.next,
    width: '90px',
    isWide: true,
    cell: ({ next_attempt_at: at }) => <Moment at={at} />,
  },
  {
    id: 'open',
    title: text.open,
    isTitleHidden: true,
    width: '76px',
    isRight: true,
    cell: (row) => (
      <RowButton about={`${row.domain}, ${row.account_name}`} onClick={() => open(row)}>
        {text.open}
      </RowButton>
    ),
  },
];

export function WaitingTable() {
  const records = useRecords<Row>(waitingPath, { limit: undefined }, { refetchMs: REFETCH_MS });
  const [opened, setOpened] = useState<Row>();
  return (
    <>
      <RecordList
        records={records}
        label={text.groups}
        one={text.group}
        columns={columnsFor(setOpened)}
        rowKey={(row) => `${row.account_id}${row.domain}${row.status}${row.held_for}`}
        empty={<EmptyState title={text.nothingTitle} text={text.nothingText} />}
      />
      {opened !== undefined && (
        <ActDialog
          account={{ id: opened.account_id, name: opened.account_name }}
          search={{ status: opened.status, domain: opened.domain }}
          onClose={() => setOpened(undefined)}
        />
      )}
    </>
  );
}
