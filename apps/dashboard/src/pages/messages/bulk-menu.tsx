/** Actions on every message that the filters select. Without a filter there are none: that would be all mail of the account. */
import { Button, Menu } from '@mantine/core';
import { useState } from 'react';
import type { Query } from '../../api/request.ts';
import { useMay } from '../../api/shown-account.ts';
import { messagesText as text } from '../../text/messages.ts';
import { Icon } from '../../ui/icon.tsx';
import { BulkDialog } from './bulk-dialog.tsx';
import type { BulkActionName } from './bulk-work.ts';

const actions: readonly BulkActionName[] = ['cancel', 'retry', 'release'];

export function BulkMenu({ filter }: { readonly filter: Query }) {
  const [action, setAction] = useState<BulkActionName>();
  if (!useMay('developer')) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={12} />}>
            {text.bulkMenu}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.map((name) => (
            <Menu.Item key={name} onClick={() => setAction(name)}>
              {text.bulk[name].item}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {action !== undefined && (
        <BulkDialog action={action} filter={filter} onClose={() => setAction(undefined)} />
      )}
    </>
  );
}
