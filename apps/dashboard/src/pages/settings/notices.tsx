import { Checkbox } from '@mantine/core';
import { useSession } from '../../api/session.ts';
import { useChange } from '../../api/use-change.ts';
import { settingsText as text } from '../../text/settings.ts';

/** Whether the reader gets notices by mail. */
export function Notices() {
  const { user } = useSession();
  const save = useChange({ done: text.noticesSaved });
  return (
    <Checkbox
      label={text.noticesLabel}
      checked={user.notices}
      disabled={save.isPending}
      onChange={(event) =>
        save.mutate({ path: '/v1/me', method: 'PATCH', body: { notices: event.currentTarget.checked } })
      }
    />
  );
}
