/** The link of a row to its page, with a line of more below it. */
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import css from './row-link.module.css';

type RowLinkProps = { readonly to: string; readonly children: ReactNode; readonly under?: ReactNode };

export const RowLink = ({ to, children, under }: RowLinkProps) => (
  <span className={css.cell}>
    <Link to={to} className={css.link} data-row-link>
      {children}
    </Link>
    {under !== undefined && <span className={css.under}>{under}</span>}
  </span>
);

/** Two lines of a cell without a link. */
export const TwoLines = ({
  children,
  under,
}: {
  readonly children: ReactNode;
  readonly under: ReactNode;
}) => (
  <span className={css.cell}>
    {children}
    <span className={css.under}>{under}</span>
  </span>
);
