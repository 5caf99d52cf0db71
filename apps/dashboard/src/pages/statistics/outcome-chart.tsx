import type { StatisticsView } from '../../api/views.ts';
import { count } from '../../text/number.ts';
import { outcomeText, statisticsText as text } from '../../text/statistics.ts';
import { exactTime } from '../../time/format-time.ts';
import { useZone } from '../../time/zone.ts';
import { BarChart } from '../../ui/bar-chart.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { type Outcome, outcomeSeries, outcomes } from './outcome-series.ts';

type Row = StatisticsView['data'][number];

/** A day as `11-29`, an hour as `11-29 10:00`. */
const labelOf = (start: string, zone: string, interval: string): string =>
  exactTime(new Date(start), zone).slice(5, interval === 'hour' ? 16 : 10);

const main: readonly Outcome[] = ['delivered', 'bounced'];

const columnsFor = (label: (row: Row) => string): readonly Column<Row>[] => [
  { id: 'when', title: text.when, cell: label },
  {
    id: 'accepted',
    title: outcomeText.accepted,
    width: '90px',
    isRight: true,
    isWide: true,
    cell: ({ counts }) => count(counts.accepted),
  },
  ...outcomes.map((name) => ({
    id: name,
    title: outcomeText[name],
    width: '100px',
    isRight: true,
    isWide: !main.includes(name),
    cell: ({ counts }: Row) => count(counts[name]),
  })),
];

/** What became of the deliveries that were accepted in each interval. */
export function OutcomeChart({
  statistics,
  label,
}: {
  readonly statistics: StatisticsView;
  readonly label: string;
}) {
  const zone = useZone();
  const { data, interval } = statistics;
  const nameOf = ({ start }: Row): string => labelOf(start, zone, interval);
  return (
    <BarChart
      label={label}
      labels={data.map(nameOf)}
      series={outcomeSeries(data.map(({ counts }) => counts))}
      twinTitle={text.table}
      twin={
        <RecordTable label={label} columns={columnsFor(nameOf)} rows={data} rowKey={({ start }) => start} />
      }
    />
  );
}
