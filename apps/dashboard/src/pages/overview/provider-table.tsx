import { useRecord } from '../../api/use-records.ts';
import type { BounceStatisticsView, ProviderStatisticsView } from '../../api/views.ts';
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

type Refusal = BounceStatisticsView['data'][number];

/** `5.1.1 bad_mailbox (24)`. */
const refusalText = ({ code, category, bounced, failed }: Refusal): string =>
  `${[code, category].filter(Boolean).join(' ')} (${count(bounced + failed)})`;

/** Of each provider the reply that ended most deliveries. */
function useRefusals(span: Span): ReadonlyMap<string | null, Refusal> {
  const { data } = useRecord<BounceStatisticsView>('/v1/stats/bounces', { ...span, limit: 100 });
  const most = new Map<string | null, Refusal>();
  for (const row of data?.data ?? []) {
    const known = most.get(row.provider);
    const ended = row.bounced + row.failed;
    if (ended > 0 && (known === undefined || ended > known.bounced + known.failed))
      most.set(row.provider, row);
  }
  return most;
}

const columnsWith = (refusals: ReadonlyMap<string | null, Refusal>): readonly Column<Row>[] => [
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
    cell: ({ provider }) => {
      const refusal = refusals.get(provider);
      return refusal === undefined ? '–' : visible(refusalText(refusal));
    },
  },
];

/** The providers that took or refused the mail. */
export function ProviderTable({ span }: { readonly span: Span }) {
  const refusals = useRefusals(span);
  const { data, error } = useRecord<ProviderStatisticsView>('/v1/stats/providers', { ...span, limit: 8 });
  if (error !== null) return <ErrorPanel error={error} />;
  if (data === undefined) return <Waiting />;
  return (
    <RecordTable
      label={text.providers}
      columns={columnsWith(refusals)}
      rows={data.data}
      rowKey={({ provider }) => provider ?? ''}
    />
  );
}
