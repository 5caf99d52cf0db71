/** Names and values. A row whose value is `undefined` or null is left out. */
import { Fragment, type ReactNode } from 'react';
import css from './facts.module.css';

export type Fact = readonly [name: ReactNode, value: ReactNode];

export const Facts = ({ rows }: { readonly rows: readonly Fact[] }) => (
  <dl className={css.facts}>
    {rows
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value], index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other identity than its place
        <Fragment key={index}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
  </dl>
);
