/** Four rates with the volume behind them. Below 200 deliveries a rate is shown as a count. */
import type { SuspendingRates } from '../../api/suspending-rates.ts';
import type { StatisticsView } from '../../api/views.ts';
import { isRate, rate } from '../../text/number.ts';
import { rateText, overviewText as text } from '../../text/statistics.ts';
import css from './overview-page.module.css';

type Counts = StatisticsView['total']['counts'];
type RateName = keyof typeof rateText;

const attempted = ({ delivered, bounced, failed, unknown }: Counts): number =>
  delivered + bounced + failed + unknown;

/** What each rate is divided by, as the API divides it. */
const wholeOf = (name: RateName, counts: Counts): number =>
  name === 'complained' ? counts.delivered : attempted(counts);

type RateCardsProps = {
  readonly counts: Counts;
  /** Of the span before, as long as this one. */
  readonly before?: Counts | undefined;
  readonly thresholds?: SuspendingRates | undefined;
};
type CardProps = RateCardsProps & { readonly name: RateName };

/** In percentage points; `undefined` where one of the spans has too few deliveries for a rate. */
function changeOf({ name, counts, before }: CardProps): number | undefined {
  const whole = wholeOf(name, counts);
  if (before === undefined || !isRate(whole) || !isRate(wholeOf(name, before))) return undefined;
  return (counts[name] / whole - before[name] / wholeOf(name, before)) * 100;
}

const thresholdOf = ({ name, thresholds }: CardProps): number | undefined =>
  name === 'bounced' || name === 'complained' ? thresholds?.[name] : undefined;

function Card(card: CardProps) {
  const { name, counts } = card;
  const whole = wholeOf(name, counts);
  const change = changeOf(card);
  const threshold = thresholdOf(card);
  const isOver = threshold !== undefined && isRate(whole) && counts[name] / whole > threshold;
  return (
    <dl className={css.card}>
      <dt>{rateText[name]}</dt>
      <dd className={`${css.figure} ${isOver ? css.over : ''}`}>
        {whole === 0 ? '–' : rate(counts[name], whole)}
      </dd>
      <dd className={css.small}>
        {whole === 0
          ? text.noRate
          : name === 'complained'
            ? text.ofDelivered(whole)
            : text.ofAttempted(whole)}
      </dd>
      {change !== undefined && <dd className={css.small}>{text.change(change)}</dd>}
      {threshold !== undefined && threshold < 1 && (
        <dd className={css.small}>{isOver ? text.over(threshold) : text.threshold(threshold)}</dd>
      )}
    </dl>
  );
}

export const RateCards = (props: RateCardsProps) => (
  <section className={css.cards} aria-label={text.rates}>
    {(Object.keys(rateText) as RateName[]).map((name) => (
      <Card key={name} name={name} {...props} />
    ))}
  </section>
);
