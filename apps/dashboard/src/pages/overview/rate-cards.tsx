/** Four rates with the volume behind them. Below 200 deliveries a rate is shown as a count. */
import type { StatisticsView } from '../../api/views.ts';
import { rate } from '../../text/number.ts';
import { rateText, overviewText as text } from '../../text/statistics.ts';
import css from './overview-page.module.css';

type Counts = StatisticsView['total']['counts'];
type RateName = keyof typeof rateText;

const attempted = ({ delivered, bounced, failed, unknown }: Counts): number =>
  delivered + bounced + failed + unknown;

/** What each rate is divided by, as the API divides it. */
const wholeOf = (name: RateName, counts: Counts): readonly [whole: number, words: string] =>
  name === 'complained' ? [counts.delivered, text.ofDelivered] : [attempted(counts), text.ofAttempted];

function Card({ name, counts }: { readonly name: RateName; readonly counts: Counts }) {
  const [whole, words] = wholeOf(name, counts);
  return (
    <dl className={css.card} style={{ margin: 0 }}>
      <dt>{rateText[name]}</dt>
      <dd className={css.figure}>{whole === 0 ? '–' : rate(counts[name], whole)}</dd>
      <dd className={css.small}>{whole === 0 ? text.noRate : words}</dd>
    </dl>
  );
}

export const RateCards = ({ total: { counts } }: Pick<StatisticsView, 'total'>) => (
  <section className={css.cards} aria-label={text.rates}>
    {(Object.keys(rateText) as RateName[]).map((name) => (
      <Card key={name} name={name} counts={counts} />
    ))}
  </section>
);
