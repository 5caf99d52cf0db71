/** The ends of deliveries, as series of a chart: what went well lies at the ground. */
import type { StatisticsView } from '../../api/views.ts';
import { outcomeText } from '../../text/statistics.ts';
import type { Series } from '../../ui/bar-chart.tsx';

export type Counts = StatisticsView['total']['counts'];

const colours = {
  delivered: 'var(--good)',
  in_progress: 'var(--line-strong)',
  unknown: 'var(--calm)',
  suppressed: 'var(--calm)',
  cancelled: 'var(--line-strong)',
  bounced: 'var(--bad)',
  failed: 'var(--bad)',
} as const;

export type Outcome = keyof typeof colours;
export const outcomes = Object.keys(colours) as readonly Outcome[];

export const outcomeSeries = (rows: readonly Pick<Counts, Outcome>[]): readonly Series[] =>
  outcomes.map((name) => ({
    name: outcomeText[name],
    colour: colours[name],
    values: rows.map((counts) => counts[name]),
  }));
