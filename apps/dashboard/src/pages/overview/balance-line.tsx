/** One line that adds up: accepted is the sum of all ends. Each number leads to its messages. */
import { Link } from '@tanstack/react-router';
import type { BalanceView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { count } from '../../text/number.ts';
import { outcomeText, overviewText as text } from '../../text/statistics.ts';
import css from './overview-page.module.css';

type Day = BalanceView['data'][number];

const ends = ['delivered', 'bounced', 'failed', 'suppressed', 'cancelled', 'unknown', 'in_progress'] as const;

const sum = (days: readonly Day[], name: (typeof ends)[number] | 'accepted' | 'difference'): number =>
  days.reduce((total, day) => total + day[name], 0);

export function BalanceLine({ days }: { readonly days: readonly Day[] }) {
  const difference = sum(days, 'difference');
  return (
    <section aria-label={text.balance}>
      <div className={css.balance}>
        <span className={css.term}>
          <b>{count(sum(days, 'accepted'))}</b> {outcomeText.accepted}
        </span>
        {ends.map((name, index) => (
          <span key={name} className={css.term}>
            <i aria-hidden="true">{index === 0 ? '=' : '+'}</i>
            <b>{count(sum(days, name))}</b>{' '}
            {name === 'in_progress' ? (
              outcomeText[name]
            ) : (
              <Link to={paths.messages} search={{ status: name } as never}>
                {outcomeText[name]}
              </Link>
            )}
          </span>
        ))}
      </div>
      {difference !== 0 && <p role="alert">{text.balanceOff(difference)}</p>}
    </section>
  );
}
