import { useRecord } from '../../api/use-records.ts';
import type { ProviderStatisticsView } from '../../api/views.ts';
import { count, rate } from '../../text/number.ts';
import { outcomeText, overviewText as text } from '../../text/statistics.ts';
import { visible } from '../../text/visible.ts';
import { durationText } from '../../time/format-time.ts';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { Waiting } from '../../ui/waiting.tsx';
import type { Span } from '../statistics/time-span.ts';

type Row = ProviderStatisticsView['data'][number];

const attempted = ({ counts: { delivered, bounced, failed, unknown } }: Row): number =>
  delivered + bounced + failed + unknown;
const seconds = (value: number | null): string => (value === null ? '–' : durationText(value * 1_000));

type Refusal = NonNullable<Row['top_refusal']>;

/** `5.1.1 bad_mailbox (24)`. */
const refusalText = ({ code, category, bounced, failed }: Refusal): string =>
  `${[code, category].filter(Boolean).join(' ')} (${count(bounced + failed)})`;

const columns: readonly Column<Row>[] = [
  { id: 'provider', title: text.provider, cell: ({ provider }) => visible(provider ?? text.others) },
  {
    id: 'accepted',
    title: outcomeText.accepted,
    width: '90px',
    isRight: true,
    isWide: true,
    cell: ({ counts }) => count(counts.accepted),
  },
  {
    id: 'delivered',
    title: text.delivered,
    width: '110px',
    isRight: true,
    cell: (row) => rate(row.counts.delivered, attempted(row)),
  },
  {
    id: 'p50',
    title: text.median,
    width: '110px',
    isRight: true,
    isWide: true,
    cell: ({ p50 }) => seconds(p50),
  },
  { id: 'p95', title: text.slow, width: '110px', isRight: true, cell: ({ p95 }) => seconds(p95) },
  {
    id: 'refusal',
    title: text.refusal,
    width: '30%',
    isRight: true,
    isWide: true,
    cell: ({ top_refusal: refusal }) => (refusal === null ? '–' : visible(refusalText(refusal))),
  },
];

/** The providers that took or refused the mail. */
export function ProviderTable({ span }: { readonly span: Span }) {
  const { data, error } = useRecord<ProviderStatisticsView>('/v1/stats/providers', { ...span, limit: 8 });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <RecordTable
      label={text.providers}
      columns={columns}
      rows={data.data}
      rowKey={({ provider }) => provider ?? ''}
    />
  );
}
