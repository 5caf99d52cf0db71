import type { AdminAccountView } from '../../api/views.ts';
import { accountsText as text } from '../../text/admin.ts';
import { StatusMark } from '../../ui/status-mark.tsx';

export const AccountStatus = ({ status }: Pick<AdminAccountView, 'status'>) =>
  status === 'active' ? (
    <StatusMark tone="good" icon="done" text={text.active} />
  ) : (
    <StatusMark tone="bad" icon="pause" text={text.suspended} />
  );
