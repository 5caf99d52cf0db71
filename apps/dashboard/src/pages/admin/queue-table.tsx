import { useRecord } from '../../api/use-records.ts';
import type { QueueDepthView } from '../../api/views.ts';
import { queueNames, queuesText as text } from '../../text/admin.ts';
import { count } from '../../text/number.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Moment } from '../../ui/moment.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Waiting } from '../../ui/waiting.tsx';

const REFETCH_MS = 5_000;

const columns: readonly Column<QueueDepthView>[] = [
  {
    id: 'queue',
    title: text.queue,
    cell: ({ queue }) => <TwoLines under={queueNames[queue] ?? ''}>{queue}</TwoLines>,
  },
  {
    id: 'waiting',
    title: text.waiting,
    width: '110px',
    isRight: true,
    cell: ({ waiting }) => count(waiting),
  },
  {
    id: 'oldest',
    title: text.oldestDue,
    width: '140px',
    isRight: true,
    cell: ({ oldest_due_at: at }) => (at === null ? text.nothingDue : <Moment at={at} />),
  },
];

/** How many jobs wait in each queue, read again every few seconds. */
export function QueueTable() {
  const { data, error, refetch } = useRecord<readonly QueueDepthView[]>(
    '/v1/admin/queues',
    {},
    { refetchMs: REFETCH_MS },
  );
  if (error !== null) return <ErrorPanel error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Waiting />;
  if (data.length === 0) return <EmptyState title={text.emptyTitle} text={text.emptyText} />;
  return <RecordTable label={text.title} columns={columns} rows={data} rowKey={({ queue }) => queue} />;
}
