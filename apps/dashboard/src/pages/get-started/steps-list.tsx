/** The steps in their order: what is done, what is next, and the one thing to do for it. */
import type { ReactNode } from 'react';
import { getStartedText as text } from '../../text/get-started.ts';
import { Icon } from '../../ui/icon.tsx';
import css from './get-started-page.module.css';
import { type Done, nextStep, type StepName, stepNames } from './steps.ts';

type StepsListProps = { readonly done: Done; readonly bodies: Readonly<Record<StepName, ReactNode>> };

const stateOf = (name: StepName, done: Done): 'done' | 'next' | 'open' => {
  if (done[name]) return 'done';
  return nextStep(done) === name ? 'next' : 'open';
};

/** A done step folds; the words say its state, and the colour repeats it. */
export const StepsList = ({ done, bodies }: StepsListProps) => (
  <ol className={css.steps} aria-label={text.steps}>
    {stepNames.map((name, index) => {
      const state = stateOf(name, done);
      return (
        <li key={name} className={css[state]}>
          <span className={css.mark}>{state === 'done' ? <Icon name="done" size={14} /> : index + 1}</span>
          <div className={css.body}>
            <div className={css.title}>
              <h2>{text.step[name]}</h2>
              <small>{text[state]}</small>
            </div>
            {state !== 'done' && bodies[name]}
          </div>
        </li>
      );
    })}
  </ol>
);
