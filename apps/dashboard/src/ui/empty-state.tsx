/** Nothing is here yet: what will appear, and the one thing to do. */
import type { ReactNode } from 'react';
import css from './panel.module.css';

type EmptyStateProps = { readonly title: string; readonly text: ReactNode; readonly children?: ReactNode };

export const EmptyState = ({ title, text, children }: EmptyStateProps) => (
  <div className={`${css.panel} ${css.empty}`}>
    <h2>{title}</h2>
    <p>{text}</p>
    {children}
  </div>
);

export const Note = ({ children }: { readonly children: ReactNode }) => (
  <div className={`${css.panel} ${css.note}`}>{children}</div>
);
