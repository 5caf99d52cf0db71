/** The pages, and the account that they show. */
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useSession } from '../api/session.ts';
import { accountsOf, type ShownAccount } from '../api/shown-account.ts';
import { paths } from '../paths.ts';
import { shellText } from '../text/shell.ts';
import { Icon } from '../ui/icon.tsx';
import { AccountSwitcher } from './account-switcher.tsx';
import { accountPages, operatorPages, type RailPage } from './page-list.ts';
import css from './shell.module.css';

type RailProps = {
  readonly isOpen: boolean;
  readonly account: ShownAccount | undefined;
  readonly onMove: () => void;
  /** Leaves the menu without going anywhere. */
  readonly onLeave: () => void;
};

const PageLinks = ({
  pages,
  onMove,
}: {
  readonly pages: readonly RailPage[];
  readonly onMove: () => void;
}) => (
  <ul>
    {pages.map(({ to, name, icon }) => (
      <li key={to}>
        <Link to={to} onClick={onMove} activeOptions={{ exact: to === paths.overview }}>
          <Icon name={icon} />
          {name}
        </Link>
      </li>
    ))}
  </ul>
);

export function Rail({ isOpen, account, onMove, onLeave }: RailProps) {
  const rail = useRef<HTMLElement>(null);
  useEffect(() => {
    if (isOpen) rail.current?.querySelector<HTMLElement>('button, a')?.focus();
  }, [isOpen]);
  const session = useSession();
  const { user } = session;
  return (
    <nav
      ref={rail}
      className={`${css.rail} ${isOpen ? css.open : ''}`}
      aria-label={shellText.navigation}
      onKeyDown={({ key }) => isOpen && key === 'Escape' && onLeave()}
    >
      <div className={css.brand}>
        <img src={`${import.meta.env.BASE_URL}favicon.svg`} width="22" height="22" alt="" />
        {shellText.product}
      </div>
      {account !== undefined && <AccountSwitcher account={account} accounts={accountsOf(session)} />}
      {account !== undefined && <PageLinks pages={accountPages} onMove={onMove} />}
      {user.is_operator && (
        <>
          <div className={css.group}>{shellText.operator}</div>
          <PageLinks pages={operatorPages} onMove={onMove} />
        </>
      )}
    </nav>
  );
}
