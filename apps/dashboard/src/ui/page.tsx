/** The frame of a page: its title, what it is for, its actions. Sets the title of the document. */
import { type ReactNode, useEffect } from 'react';
import css from './page.module.css';
import { setPageTitle } from './page-title.ts';

type PageProps = {
  readonly title: string;
  /** Shown instead of the title, when it is more than text. */
  readonly heading?: ReactNode;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
};

export function Page({ title, heading, lead, actions, children }: PageProps) {
  useEffect(() => {
    setPageTitle(title);
  }, [title]);
  return (
    <div className={css.page}>
      <header className={css.head}>
        <div className={css.titles}>
          <h1>{heading ?? title}</h1>
          {lead !== undefined && <p className={css.lead}>{lead}</p>}
        </div>
        {actions !== undefined && <div className={css.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

type SectionProps = { readonly title: string; readonly actions?: ReactNode; readonly children: ReactNode };

export const Section = ({ title, actions, children }: SectionProps) => (
  <section className={css.section}>
    <div className={css.sectionHead}>
      <h2>{title}</h2>
      {actions}
    </div>
    {children}
  </section>
);
