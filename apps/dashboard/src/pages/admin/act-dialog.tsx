import { TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { accountsText as text } from '../../text/admin.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type ActProps = {
  readonly account: Pick<AdminAccountView, 'id' | 'name'>;
  /** Filters of the list of messages that opens. */
  readonly search?: Readonly<Record<string, string>>;
  readonly onClose: () => void;
};

/** Begins to act inside the account: with a reason that its members see, for an hour. */
export function ActDialog({ account, search = {}, onClose }: ActProps) {
  const navigate = useNavigate();
  const [reason, setReason] = useState('');
  const act = useChange({ isInPlace: true });
  const asked = { path: '/v1/session/acting', body: { account_id: account.id, reason: reason.trim() } };
  const open = (): void =>
    void navigate({ to: paths.messages, search: { ...search, account: account.id } } as never);
  return (
    <FormDialog
      title={text.actTitle(account.name)}
      submit={text.act}
      isBusy={act.isPending}
      isReady={reason.trim() !== ''}
      error={act.error}
      onClose={onClose}
      onSubmit={() => act.mutate(asked, { onSuccess: open })}
    >
      {text.actText}
      <TextInput
        data-autofocus
        label={text.reason}
        description={text.actReasonHint}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
