/** The steps of a longer task, and which of them are done. */
import { uiText } from '../text/ui.ts';
import { Icon } from './icon.tsx';
import css from './steps.module.css';

export type Step = { readonly text: string; readonly isDone: boolean };

export function Steps({ label, steps }: { readonly label: string; readonly steps: readonly Step[] }) {
  const current = steps.findIndex(({ isDone }) => !isDone);
  return (
    <ol className={css.steps} aria-label={label}>
      {steps.map(({ text, isDone }, index) => (
        <li
          key={text}
          className={isDone ? css.done : ''}
          aria-current={index === current ? 'step' : undefined}
        >
          <span className={css.mark}>{isDone ? <Icon name="done" size={12} /> : index + 1}</span>
          {text}
          {isDone && <span className={css.hidden}>{uiText.stepDone}</span>}
        </li>
      ))}
    </ol>
  );
}
