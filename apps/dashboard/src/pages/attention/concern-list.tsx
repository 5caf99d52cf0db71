/** What stands in the way of mail now, beside the mail itself. */
import { Link } from '@tanstack/react-router';
import { concernText } from '../../text/attention.ts';
import { visible } from '../../text/visible.ts';
import { Moment } from '../../ui/moment.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import css from './attention.module.css';
import { type Concern, targetOfConcern } from './attention-targets.ts';

const Subject = ({ concern }: { readonly concern: Concern }) => {
  const target = targetOfConcern(concern);
  const name = visible(concern.subject_name ?? concern.subject_id);
  return target === undefined ? (
    <b>{name}</b>
  ) : (
    <Link to={target.to} search={target.search as never}>
      {name}
    </Link>
  );
};

export const ConcernList = ({ concerns }: { readonly concerns: readonly Concern[] }) => (
  <ul className={css.lines}>
    {concerns.map((concern) => (
      <li key={`${concern.kind}${concern.subject_id}`}>
        <StatusMark tone="bad" icon="flag" text={concernText[concern.kind]} />
        <Subject concern={concern} />
        <span>{visible(concern.advice)}</span>
        {concern.since !== null && (
          <span className={css.soft}>
            <Moment at={concern.since} />
          </span>
        )}
      </li>
    ))}
  </ul>
);
