import { Menu } from '@mantine/core';
import type { ShownAccount } from '../api/shown-account.ts';
import { useChangeSearch } from '../api/use-search.ts';
import { leavingText } from '../text/leaving.ts';
import { shellText } from '../text/shell.ts';
import { Icon } from '../ui/icon.tsx';
import css from './shell.module.css';

const statusText = { suspended: shellText.suspended, deleting: leavingText.deleting } as const;

type SwitcherProps = { readonly account: ShownAccount; readonly accounts: readonly ShownAccount[] };

/** Shows the account by its name; other accounts of the user are one click away. */
export function AccountSwitcher({ account, accounts }: SwitcherProps) {
  const change = useChangeSearch();
  return (
    <Menu position="bottom-start" width="target">
      <Menu.Target>
        <button
          type="button"
          className={css.switcher}
          aria-label={`${shellText.switchAccount}: ${account.name}`}
        >
          <span>{account.name}</span>
          <Icon name="down" size={12} />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {accounts.map(({ id, name, status, role }) => (
          <Menu.Item
            key={id}
            onClick={() => change({ account: id })}
            leftSection={<Icon name={id === account.id ? 'done' : 'dot'} size={13} />}
            rightSection={<small>{status === 'active' ? role : statusText[status]}</small>}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
