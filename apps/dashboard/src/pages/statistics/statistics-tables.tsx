import { useRecord } from '../../api/use-records.ts';
import type {
  BounceStatisticsView,
  LatencyStatisticsView,
  LinkStatisticsView,
  StatisticsView,
} from '../../api/views.ts';
import { count } from '../../text/number.ts';
import { outcomeText, statisticsText as text } from '../../text/statistics.ts';
import { visible } from '../../text/visible.ts';
import { durationText } from '../../time/format-time.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import type { Span } from './time-span.ts';

type BounceRow = BounceStatisticsView['data'][number];

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
  if (data.data.length === 0) return <p>{text.noBounces}</p>;
  return (
    <RecordTable
      label={text.bounces}
      columns={bounceColumns}
      rows={data.data}
      rowKey={({ provider, category, code }) => `${provider} ${category} ${code}`}
    />
  );
}

type LatencyRow = LatencyStatisticsView['data'][number];

const duration = (seconds: number | null): string => (seconds === null ? '–' : durationText(seconds * 1_000));

const latencyColumns: readonly Column<LatencyRow>[] = [
  { id: 'provider', title: text.provider, cell: ({ provider }) => visible(provider ?? text.all) },
  {
    id: 'delivered',
    title: outcomeText.delivered,
    width: '100px',
    isRight: true,
    isWide: true,
    cell: ({ delivered }) => count(delivered),
  },
  ...(['p50', 'p90', 'p95', 'p99'] as const).map((name) => ({
    id: name,
    title: text[name],
    width: '96px',
    isRight: true,
    isWide: name === 'p90' || name === 'p99',
    cell: (row: LatencyRow) => duration(row[name]),
  })),
];

export function LatencyTable({ span }: { readonly span: Span }) {
  const { data, error } = useRecord<LatencyStatisticsView>('/v1/stats/latency', { ...span });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <RecordTable
      label={text.latency}
      columns={latencyColumns}
      rows={data.data}
      rowKey={({ provider }) => provider ?? ''}
    />
  );
}

type ByAgent = StatisticsView['total']['counts']['opens'];

const agents = ({ human, proxy, bot }: ByAgent): string =>
  `${count(human)} ${text.human} · ${count(proxy)} ${text.proxy} · ${count(bot)} ${text.bot}`;

type LinkRow = LinkStatisticsView['data'][number];

const linkColumns: readonly Column<LinkRow>[] = [
  { id: 'url', title: text.url, cell: ({ url }) => visible(url ?? text.others) },
  {
    id: 'followed',
    title: text.followed,
    width: '100px',
    isRight: true,
    cell: ({ clicked }) => count(clicked),
  },
  {
    id: 'clicks',
    title: text.byWhom,
    width: '34%',
    isRight: true,
    isWide: true,
    cell: ({ clicks }) => agents(clicks),
  },
];

/** The links of all messages, without their query. */
export function LinkTable({ span }: { readonly span: Span }) {
  const { data, error } = useRecord<LinkStatisticsView>('/v1/stats/links', { ...span });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  if (data.data.length === 0) return <EmptyState title={text.noLinks} text={text.noLinksText} />;
  return (
    <RecordTable label={text.links} columns={linkColumns} rows={data.data} rowKey={({ url }) => url ?? ''} />
  );
}

type Counts = StatisticsView['total']['counts'];

/** Opens and clicks, by who or what made them. */
export const Engagement = ({ counts }: { readonly counts: Counts }) => (
  <Facts
    rows={[
      [text.opens, agents(counts.opens)],
      [text.clicks, agents(counts.clicks)],
    ]}
  />
);
