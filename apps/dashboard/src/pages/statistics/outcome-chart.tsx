import { Link } from '@tanstack/react-router';
import type { StatisticsView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { count } from '../../text/number.ts';
import { outcomeText, statisticsText as text } from '../../text/statistics.ts';
import { useZone } from '../../time/zone.ts';
import { BarChart, type BarTarget } from '../../ui/bar-chart.tsx';
import { type Column, RecordTable } from '../../ui/record-table.tsx';
import { type Counts, type Outcome, outcomeSeries, outcomes } from './outcome-series.ts';
import { slotLabel, type Slot as TimeSlot, timeSlots } from './time-slots.ts';

type Slot = TimeSlot & { readonly counts: Pick<Counts, Outcome | 'accepted'> };

const nothing: Slot['counts'] = {
  accepted: 0,
  delivered: 0,
  bounced: 0,
  failed: 0,
  suppressed: 0,
  cancelled: 0,
  unknown: 0,
  in_progress: 0,
};

/** One slot for each interval, also where there was no mail. */
function slotsOf({ from, to, data, interval: asked }: StatisticsView, zone: string): readonly Slot[] {
  const interval = asked === 'hour' ? 'hour' : 'day';
  const counts = new Map(data.map((row) => [slotLabel(new Date(row.start), zone, interval), row.counts]));
  return timeSlots({ from, to }, zone, interval).map((slot) => ({
    ...slot,
    counts: counts.get(slot.label) ?? nothing,
  }));
}

/** The messages that were accepted in the slot. */
const targetOf = ({ from, to }: TimeSlot): BarTarget => ({
  to: paths.messages,
  search: { since: from, until: to },
});

const SlotLink = ({ slot }: { readonly slot: Slot }) => {
  const { to, search } = targetOf(slot);
  return (
    <Link to={to} search={search as never}>
      {slot.label}
    </Link>
  );
};

const main: readonly Outcome[] = ['delivered', 'bounced'];

const columns: readonly Column<Slot>[] = [
  { id: 'when', title: text.when, cell: (slot) => <SlotLink slot={slot} /> },
  ...(['accepted', ...outcomes] as const).map((name) => ({
    id: name,
    title: outcomeText[name],
    width: '100px',
    isRight: true,
    isWide: !main.includes(name as Outcome),
    cell: ({ counts }: Slot) => count(counts[name]),
  })),
];

type OutcomeChartProps = { readonly statistics: StatisticsView; readonly label: string };

/** What became of the deliveries that were accepted in each interval. */
export function OutcomeChart({ statistics, label }: OutcomeChartProps) {
  const slots = slotsOf(statistics, useZone());
  return (
    <BarChart
      label={label}
      labels={slots.map((slot) => slot.label)}
      series={outcomeSeries(slots.map(({ counts }) => counts))}
      targets={slots.map(targetOf)}
      twinTitle={text.table}
      twin={<RecordTable label={label} columns={columns} rows={slots} rowKey={(slot) => slot.label} />}
    />
  );
}
