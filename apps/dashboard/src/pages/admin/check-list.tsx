/** Checks as sentences, those that failed first, each with what to do. */
import type { HealthCheckView } from '../../api/views.ts';
import { systemText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { StatusMark } from '../../ui/status-mark.tsx';
import css from './check-list.module.css';

const CheckRow = ({ name, ok, sentence, fix }: HealthCheckView) => (
  <li className={css.check}>
    <StatusMark tone={ok ? 'good' : 'bad'} icon={ok ? 'done' : 'cross'} text={name} />
    <div>
      {visible(sentence)}
      {!ok && fix !== null && (
        <p className={css.fix}>
          <b>{text.fix}:</b> {visible(fix)}
        </p>
      )}
    </div>
  </li>
);

const byTrouble = (one: HealthCheckView, other: HealthCheckView): number => Number(one.ok) - Number(other.ok);

export const CheckList = ({ checks }: { readonly checks: readonly HealthCheckView[] }) => (
  <ul className={css.checks}>
    {checks.toSorted(byTrouble).map((check) => (
      <CheckRow key={check.name} {...check} />
    ))}
  </ul>
);
