/** Views of one page, each with a URL of its own. */
import { Link } from '@tanstack/react-router';
import css from './tab-links.module.css';

type TabLinksProps = {
  readonly label: string;
  readonly tabs: readonly (readonly [name: string, text: string])[];
  readonly current: string;
};

export const TabLinks = ({ label, tabs, current }: TabLinksProps) => (
  <nav className={css.tabs} aria-label={label}>
    {tabs.map(([name, text], index) => (
      <Link
        key={name}
        to="."
        search={(before: Record<string, string>) => ({ ...before, tab: index === 0 ? undefined : name })}
        replace
        resetScroll={false}
        activeProps={{ 'aria-current': undefined }}
        {...(name === current ? { 'aria-current': 'page' as const } : {})}
      >
        {text}
      </Link>
    ))}
  </nav>
);
