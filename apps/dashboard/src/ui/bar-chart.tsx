/** Stacked bars over time. The title asks the question, and a table holds the same numbers. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { UrlSearch } from '../api/url-search.ts';
import { count } from '../text/number.ts';
import css from './bar-chart.module.css';
import { scaleOf } from './scale-of.ts';

export type Series = { readonly name: string; readonly colour: string; readonly values: readonly number[] };
/** Where a bar leads. */
export type BarTarget = { readonly to: string; readonly search: UrlSearch };

type BarChartProps = {
  readonly label: string;
  /** Of the bars, in their order. */
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** Of the bars, in their order. */
  readonly targets: readonly BarTarget[];
  /** The table with the same numbers. */
  readonly twin: ReactNode;
  readonly twinTitle: string;
};

const HEIGHT = 100;
const GAP = 0.18;
const MOST_LABELS = 6;

type Shown = Pick<BarChartProps, 'labels' | 'series'>;

const totalsOf = ({ labels, series }: Shown): readonly number[] =>
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

/** `11-29: Delivered 57, Bounced 24`. */
const wordsOf = ({ labels, series }: Shown, index: number): string => {
  const parts = series.filter(({ values }) => (values[index] ?? 0) > 0);
  const words = parts.map(({ name, values }) => `${name} ${count(values[index] ?? 0)}`);
  return `${labels[index]}: ${words.join(', ') || '0'}`;
};

function Bars({ label, labels, series, max }: Shown & { readonly label: string; readonly max: number }) {
  return (
    <svg
      className={css.bars}
      viewBox={`0 0 ${labels.length} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      {labels.map((name, index) =>
        partsOf(series, index, max).map((part) => (
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
  );
}

/** A link over each bar, for the mouse: the rows of the table lead to the same lists by keyboard. */
const Links = ({ targets, ...shown }: Shown & Pick<BarChartProps, 'targets'>) => (
  <div className={css.links} aria-hidden="true">
    {targets.map(({ to, search }, index) => (
      <Link
        key={shown.labels[index]}
        to={to}
        search={search as never}
        tabIndex={-1}
        title={wordsOf(shown, index)}
      />
    ))}
  </div>
);

/** Some of the labels, each below its bar. */
function Labels({ labels }: Pick<Shown, 'labels'>) {
  const every = Math.ceil(labels.length / MOST_LABELS);
  return (
    <div className={css.labels} aria-hidden="true">
      {labels.map((label, index) => (
        <span key={label}>{index % every === 0 ? label : ''}</span>
      ))}
    </div>
  );
}

export function BarChart({ label, labels, series, targets, twin, twinTitle }: BarChartProps) {
  const shown = { labels, series: series.filter(({ values }) => values.some((value) => value > 0)) };
  const { max, lines } = scaleOf(Math.max(...totalsOf(shown)));
  return (
    <>
      <div className={css.chart}>
        {lines.map((line) => (
          <div key={line} className={css.line} style={{ bottom: `${(line / max) * 100}%` }}>
            <span>{count(line)}</span>
          </div>
        ))}
        <Bars {...shown} label={label} max={max} />
        <Links {...shown} targets={targets} />
      </div>
      <Labels labels={labels} />
      <div className={css.legend}>
        {shown.series.map(({ name, colour, values }) => (
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
