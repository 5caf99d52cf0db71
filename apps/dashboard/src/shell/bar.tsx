/** The bar above a page: menu, search, what the account is, the reader. */
import { ActionIcon, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { shellText } from '../text/shell.ts';
import { focusPage } from '../ui/focus-page.ts';
import { Icon } from '../ui/icon.tsx';
import { targetOf } from './find-target.ts';
import { SandboxBadge } from './sandbox-badge.tsx';
import css from './shell.module.css';
import { SEARCH_ID } from './use-shell-keys.ts';
import { UserMenu } from './user-menu.tsx';

function Search() {
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const go = (event: FormEvent): void => {
    event.preventDefault();
    const target = targetOf(typed);
    if (target === undefined) return;
    setTyped('');
    // The field has done its work: the keys of the rows and of the pages are next.
    void navigate(target as never).then(focusPage);
  };
  return (
    <search className={css.search}>
      <form onSubmit={go}>
        <TextInput
          id={SEARCH_ID}
          size="xs"
          type="search"
          aria-label={shellText.search}
          title={shellText.searchHint}
          placeholder={shellText.search}
          leftSection={<Icon name="search" size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}

type BarProps = { readonly isMenuOpen: boolean; readonly onMenu: () => void; readonly onKeys: () => void };

/** The id of the button that opens the menu on a narrow screen. */
export const MENU_ID = 'menu';

export const Bar = ({ isMenuOpen, onMenu, onKeys }: BarProps) => (
  <header className={css.bar}>
    <ActionIcon
      id={MENU_ID}
      className={css.menuButton ?? ''}
      variant="default"
      aria-label={isMenuOpen ? shellText.closeMenu : shellText.openMenu}
      aria-expanded={isMenuOpen}
      onClick={onMenu}
    >
      <Icon name={isMenuOpen ? 'cross' : 'menu'} />
    </ActionIcon>
    <Search />
    <span className={css.spring} />
    <SandboxBadge />
    <UserMenu onKeys={onKeys} />
  </header>
);
