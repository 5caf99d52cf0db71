/** The frame around every page: rail, bar, search, palette, keys. */
import { Outlet } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { AccountId } from '../api/account-id.ts';
import { useSession } from '../api/session.ts';
import { accountShown } from '../api/session-account.ts';
import { accountsOf, Shown } from '../api/shown-account.ts';
import { useUrlSearch } from '../api/use-search.ts';
import { shellText } from '../text/shell.ts';
import { isZone } from '../time/format-time.ts';
import { ownZone, Zone } from '../time/zone.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { PAGE_ID } from '../ui/focus-page.ts';
import { Page } from '../ui/page.tsx';
import { ActingBanner } from './acting-banner.tsx';
import { Bar, MENU_ID } from './bar.tsx';
import { DeletionBanner } from './deletion-banner.tsx';
import { KeyMap } from './key-map.tsx';
import { PageAnnouncer } from './page-announcer.tsx';
import { Palette } from './palette.tsx';
import { Rail } from './rail.tsx';
import css from './shell.module.css';
import { useShellKeys } from './use-shell-keys.ts';

const LAST_ACCOUNT = 'waybill.account';

function useShownAccount() {
  const accounts = accountsOf(useSession());
  const { account: asked } = useUrlSearch();
  const account = accountShown({ accounts, asked, last: localStorage.getItem(LAST_ACCOUNT) ?? undefined });
  const id = account?.id;
  useEffect(() => {
    if (id !== undefined) localStorage.setItem(LAST_ACCOUNT, id);
  }, [id]);
  return account;
}

const NoAccount = () => (
  <Page title={shellText.noAccountTitle}>
    <EmptyState title={shellText.noAccountTitle} text={shellText.noAccountText} />
  </Page>
);

export function Shell() {
  const { user } = useSession();
  const account = useShownAccount();
  const { tz } = useUrlSearch();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [opened, setOpened] = useState<'palette' | 'keys'>();
  const close = (): void => setOpened(undefined);
  useShellKeys({ isOperator: user.is_operator, open: setOpened });
  return (
    <AccountId value={account?.id}>
      <Shown value={account}>
        <Zone value={tz !== undefined && isZone(tz) ? tz : ownZone}>
          <a href={`#${PAGE_ID}`} className={css.skip}>
            {shellText.skip}
          </a>
          <div className={css.shell}>
            <Rail
              isOpen={isMenuOpen}
              account={account}
              onMove={() => setMenuOpen(false)}
              onLeave={() => {
                setMenuOpen(false);
                document.getElementById(MENU_ID)?.focus();
              }}
            />
            <div>
              <Bar
                isMenuOpen={isMenuOpen}
                onMenu={() => setMenuOpen(!isMenuOpen)}
                onKeys={() => setOpened('keys')}
              />
              <main id={PAGE_ID} tabIndex={-1} className={css.main}>
                <ActingBanner />
                <DeletionBanner account={account} />
                {account === undefined && !user.is_operator ? <NoAccount /> : <Outlet />}
              </main>
            </div>
          </div>
          <PageAnnouncer />
          {opened === 'palette' && <Palette isOperator={user.is_operator} onClose={close} />}
          {opened === 'keys' && <KeyMap isOperator={user.is_operator} onClose={close} />}
        </Zone>
      </Shown>
    </AccountId>
  );
}
