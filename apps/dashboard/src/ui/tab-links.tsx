/** Views of one page, each with a URL of its own. */
import { Link } from '@tanstack/react-router';
import css from './tab-links.module.css';

type TabLinksProps = {
  readonly label: string;
  readonly tabs: readonly (readonly [name: string, text: string])[];
};

export const TabLinks = ({ label, tabs }: TabLinksProps) => (
  <nav className={css.tabs} aria-label={label}>
    {tabs.map(([name, text], index) => (
      <Link
        key={name}
        to="."
        search={(before: Record<string, string>) => ({ ...before, tab: index === 0 ? undefined : name })}
        replace
        resetScroll={false}
        activeOptions={{ exact: true, includeSearch: true }}
      >
        {text}
      </Link>
    ))}
  </nav>
);
