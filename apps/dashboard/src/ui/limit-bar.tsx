/** How much of a limit is used: the words say it, and the bar repeats them. WCAG 2.2 §1.4.1. */
import type { ReactNode } from 'react';
import css from './limit-bar.module.css';

type LimitBarProps = {
  readonly words: string;
  /** 0 to 1. */
  readonly share: number;
  readonly more?: ReactNode;
};

const NEARLY = 0.8;

export const LimitBar = ({ words, share, more }: LimitBarProps) => (
  <div className={css.limit}>
    <div className={css.words}>
      <span>{words}</span>
      {more}
    </div>
    <div className={`${css.track} ${share >= NEARLY ? css.nearly : ''}`} aria-hidden="true">
      <span style={{ width: `${Math.min(1, share) * 100}%` }} />
    </div>
  </div>
);
