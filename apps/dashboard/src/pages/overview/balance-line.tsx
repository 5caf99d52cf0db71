/** One line that adds up: accepted is the sum of all ends. Each number leads to its messages. */
import { Link } from '@tanstack/react-router';
import { useRecord } from '../../api/use-records.ts';
import type { BalanceView, StatisticsView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { count } from '../../text/number.ts';
import { outcomeText, overviewText as text } from '../../text/statistics.ts';
import type { Span } from '../statistics/time-span.ts';
import css from './overview-page.module.css';

const ends = ['delivered', 'bounced', 'failed', 'suppressed', 'cancelled', 'unknown', 'in_progress'] as const;

type BalanceLineProps = { readonly counts: StatisticsView['total']['counts']; readonly span: Span };

export function BalanceLine({ counts, span }: BalanceLineProps) {
  const accepted = { since: span.from, until: span.to };
  return (
    <section aria-label={text.balance} className={css.balance}>
      <span className={css.term}>
        <b>{count(counts.accepted)}</b>{' '}
        <Link to={paths.messages} search={accepted as never}>
          {outcomeText.accepted}
        </Link>
      </span>
      {ends.map((name, index) => (
        <span key={name} className={css.term}>
          <i aria-hidden="true">{index === 0 ? '=' : '+'}</i>
          <b>{count(counts[name])}</b>{' '}
          {name === 'in_progress' ? (
            outcomeText[name]
          ) : (
            <Link to={paths.messages} search={{ ...accepted, status: name } as never}>
              {outcomeText[name]}
            </Link>
          )}
        </span>
      ))}
    </section>
  );
}

const REFETCH_MS = 60_000;

/** Shown when the sum of the last days is wrong: the API counts accepted mail and its ends apart. */
export function BalanceAlarm() {
  const { data } = useRecord<BalanceView>('/v1/stats/balance', {}, { refetchMs: REFETCH_MS });
  const difference = data?.data.reduce((total, day) => total + day.difference, 0) ?? 0;
  return difference !== 0 && <p role="alert">{text.balanceOff(difference)}</p>;
}
