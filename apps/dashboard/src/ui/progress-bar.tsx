/** How far long work has come. */
import css from './progress-bar.module.css';

type ProgressBarProps = { readonly label: string; readonly done: number; readonly all: number };

export const ProgressBar = ({ label, done, all }: ProgressBarProps) => (
  <progress className={css.bar} aria-label={label} value={done} max={Math.max(all, 1)} />
);
