import { useRecord } from '../../api/use-records.ts';
import type { BounceStatisticsView, StatisticsView } from '../../api/views.ts';
import { count } from '../../text/number.ts';
import { outcomeText, statisticsText as text } from '../../text/statistics.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import type { Span } from './time-span.ts';

type GroupRow = StatisticsView['data'][number];
type BounceRow = BounceStatisticsView['data'][number];

const groupColumns: readonly Column<GroupRow>[] = [
  { id: 'key', title: text.key, cell: ({ key }) => visible(key ?? text.others) },
  ...(['accepted', 'delivered', 'bounced', 'failed', 'suppressed'] as const).map((name) => ({
    id: name,
    title: outcomeText[name],
    width: '96px',
    isRight: true,
    isWide: name !== 'delivered' && name !== 'bounced',
    cell: ({ counts }: GroupRow) => count(counts[name]),
  })),
];

export function GroupTable({ span, group }: { readonly span: Span; readonly group: string }) {
  const query = { ...span, interval: 'total', group_by: group };
  const { data, error } = useRecord<StatisticsView>('/v1/stats', query);
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <RecordTable
      label={text.groups}
      columns={groupColumns}
      rows={data.data}
      rowKey={({ key }) => key ?? ''}
    />
  );
}

const bounceColumns: readonly Column<BounceRow>[] = [
  {
    id: 'category',
    title: text.category,
    cell: ({ category, provider, code }) => (
      <TwoLines under={visible([provider, code].filter(Boolean).join(' · '))}>
        {visible(category ?? text.others)}
      </TwoLines>
    ),
  },
  ...(['bounced', 'failed', 'deferred'] as const).map((name) => ({
    id: name,
    title: name === 'deferred' ? 'Deferred' : outcomeText[name],
    width: '90px',
    isRight: true,
    isWide: name === 'failed',
    cell: (row: BounceRow) => count(row[name]),
  })),
];

export function BounceTable({ span }: { readonly span: Span }) {
  const { data, error } = useRecord<BounceStatisticsView>('/v1/stats/bounces', { ...span });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.data.length === 0) return <EmptyState title={text.emptyTitle} text="" />;
  return (
    <RecordTable
      label={text.bounces}
      columns={bounceColumns}
      rows={data.data}
      rowKey={({ provider, category, code }) => `${provider} ${category} ${code}`}
    />
  );
}

type Counts = StatisticsView['total']['counts'];

const agents = ({ human, proxy, bot }: Counts['opens']): string =>
  `${count(human)} ${text.human} · ${count(proxy)} ${text.proxy} · ${count(bot)} ${text.bot}`;

/** Opens and clicks, by who or what made them. */
export const Engagement = ({ counts }: { readonly counts: Counts }) => (
  <Facts
    rows={[
      [text.opens, agents(counts.opens)],
      [text.clicks, agents(counts.clicks)],
    ]}
  />
);
