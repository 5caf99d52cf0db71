/** Stacked bars over time. The title asks the question, and a table holds the same numbers. */
import type { ReactNode } from 'react';
import { count } from '../text/number.ts';
import css from './bar-chart.module.css';

export type Series = { readonly name: string; readonly colour: string; readonly values: readonly number[] };

type BarChartProps = {
  readonly label: string;
  /** Of the bars, in their order. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** The table with the same numbers. */
  readonly twin: ReactNode;
  readonly twinTitle: string;
};

const HEIGHT = 100;
const GAP = 0.18;

const totalsOf = ({ labels, series }: Pick<BarChartProps, 'labels' | 'series'>): readonly number[] =>
  labels.map((_, index) => series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));

/** The parts of one bar, from the ground up. */
function partsOf(series: readonly Series[], index: number, max: number) {
  let top = HEIGHT;
  return series.map(({ name, colour, values }) => {
    const height = ((values[index] ?? 0) / max) * HEIGHT;
    top -= height;
    return { name, colour, height, y: top };
  });
}

export function BarChart({ label, labels, series, twin, twinTitle }: BarChartProps) {
  const totals = totalsOf({ labels, series });
  const max = Math.max(1, ...totals);
  const shown = series.filter(({ values }) => values.some((value) => value > 0));
  return (
    <>
      <div className={css.axis}>
        <span>{count(max)}</span>
      </div>
      <svg
        className={css.chart}
        viewBox={`0 0 ${labels.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={label}
      >
        {labels.map((name, index) =>
          partsOf(shown, index, max).map((part) => (
            <rect
              key={`${name}${part.name}`}
              x={index + GAP / 2}
              width={1 - GAP}
              y={part.y}
              height={part.height}
              style={{ fill: part.colour }}
            />
          )),
        )}
      </svg>
      <div className={css.axis}>
        <span>{labels[0]}</span>
        <span>{labels.at(-1)}</span>
      </div>
      <div className={css.legend}>
        {shown.map(({ name, colour, values }) => (
          <span key={name} style={{ '--mark': colour } as never}>
            {`${name} ${count(values.reduce((sum, value) => sum + value, 0))}`}
          </span>
        ))}
      </div>
      <details className={css.twin}>
        <summary>{twinTitle}</summary>
        {twin}
      </details>
    </>
  );
}
