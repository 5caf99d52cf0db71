/** The reader: colours, keys, sign out. */
import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { request } from '../api/request.ts';
import { useSession } from '../api/session.ts';
import { paths } from '../paths.ts';
import { pageNames, shellText } from '../text/shell.ts';
import { Icon } from '../ui/icon.tsx';

const schemes = [
  ['light', shellText.light, 'sun'],
  ['dark', shellText.dark, 'moon'],
  ['auto', shellText.system, 'system'],
] as const;

export function UserMenu({ onKeys }: { readonly onKeys: () => void }) {
  const { user } = useSession();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const client = useQueryClient();
  const navigate = useNavigate();
  const signOut = async (): Promise<void> => {
    await request('/v1/session', { method: 'DELETE' });
    client.clear();
    await navigate({ to: paths.login });
  };
  return (
    <Menu position="bottom-end" width={230}>
      <Menu.Target>
        <ActionIcon variant="default" aria-label={shellText.yourMenu} title={user.email}>
          {user.email.slice(0, 1).toUpperCase()}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{user.email}</Menu.Label>
        <Menu.Item
          leftSection={<Icon name="team" size={14} />}
          onClick={() => void navigate({ to: paths.you })}
        >
          {pageNames.you}
        </Menu.Item>
        <Menu.Divider />
        {schemes.map(([scheme, text, icon]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Icon name={icon} size={14} />}
            rightSection={colorScheme === scheme ? <Icon name="done" size={13} /> : null}
            onClick={() => setColorScheme(scheme)}
          >
            {text}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<Icon name="question" size={14} />} onClick={onKeys}>
          {shellText.keys}
        </Menu.Item>
        <Menu.Item component="a" href="/docs/" leftSection={<Icon name="audit" size={14} />}>
          {shellText.apiReference}
        </Menu.Item>
        <Menu.Item leftSection={<Icon name="out" size={14} />} onClick={() => void signOut()}>
          {shellText.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
