import { Button, TextInput } from '@mantine/core';
import { useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { AccountId } from '../../api/account-id.ts';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { AdminAccountView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { accountsText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { ConfirmDialog, FormDialog } from '../../ui/dialog.tsx';
import { Page } from '../../ui/page.tsx';
import { PendingPage } from '../../ui/pending-page.tsx';
import { AccountLimits } from './account-limits.tsx';
import { AccountSettings } from './account-settings.tsx';
import { AccountStatus } from './account-status.tsx';
import { AccountUsage } from './account-usage.tsx';
import { ActDialog } from './act-dialog.tsx';

type Shown = { readonly account: AdminAccountView };
type DialogProps = Shown & { readonly onClose: () => void };
const pathOf = ({ id }: Pick<AdminAccountView, 'id'>): string => `/v1/admin/accounts/${id}`;

function SuspendDialog({ account, onClose }: DialogProps) {
  const [reason, setReason] = useState('');
  const suspend = useChange({ done: text.isSuspended(account.name), isInPlace: true });
  const path = `${pathOf(account)}/suspend`;
  return (
    <FormDialog
      title={text.suspendTitle(account.name)}
      submit={text.suspend}
      isDangerous
      isBusy={suspend.isPending}
      isReady={reason.trim() !== ''}
      error={suspend.error}
      onClose={onClose}
      onSubmit={() => suspend.mutate({ path, body: { reason: reason.trim() } }, { onSuccess: onClose })}
    >
      {text.suspendText}
      <TextInput
        data-autofocus
        label={text.reason}
        description={text.reasonHint}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function RemoveDialog({ account, onClose }: DialogProps) {
  const navigate = useNavigate();
  const remove = useChange({ done: text.removed(account.name), isInPlace: true });
  const leave = (): void => void navigate({ to: paths.accounts });
  return (
    <ConfirmDialog
      title={text.removeTitle(account.name)}
      submit={text.remove}
      word={account.name}
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path: pathOf(account), method: 'DELETE' }, { onSuccess: leave })}
    >
      {text.removeText}
    </ConfirmDialog>
  );
}

function Loaded({ account }: Shown) {
  const [opened, setOpened] = useState<'act' | 'suspend' | 'remove'>();
  const resume = useChange({ done: text.isResumed(account.name) });
  const close = (): void => setOpened(undefined);
  const isActive = account.status === 'active';
  return (
    <Page
      title={visible(account.name)}
      lead={
        <>
          <AccountStatus status={account.status} /> {visible(account.suspended_reason ?? '')}
        </>
      }
      actions={
        <>
          <Button variant="default" onClick={() => setOpened('act')}>
            {text.act}
          </Button>
          {isActive ? (
            <Button variant="default" onClick={() => setOpened('suspend')}>
              {text.suspend}
            </Button>
          ) : (
            <BusyButton
              isBusy={resume.isPending}
              onClick={() => resume.mutate({ path: `${pathOf(account)}/resume` })}
            >
              {text.resume}
            </BusyButton>
          )}
          <Button variant="default" onClick={() => setOpened('remove')}>
            {text.remove}
          </Button>
        </>
      }
    >
      <AccountSettings account={account} />
      <AccountUsage account={account} />
      <AccountLimits key={JSON.stringify(account.limits)} account={account} />
      {opened === 'act' && <ActDialog account={account} onClose={close} />}
      {opened === 'suspend' && <SuspendDialog account={account} onClose={close} />}
      {opened === 'remove' && <RemoveDialog account={account} onClose={close} />}
    </Page>
  );
}

function Account() {
  const { id } = useParams({ strict: false }) as { readonly id: string };
  const { data, error, refetch } = useRecord<AdminAccountView>(
    `/v1/admin/accounts/${encodeURIComponent(id)}`,
  );
  if (data !== undefined) return <Loaded account={data} />;
  return <PendingPage title={text.title} error={error} retry={refetch} />;
}

/** One account in the view of the operator. */
export const AdminAccountPage = () => (
  <AccountId value={undefined}>
    <Account />
  </AccountId>
);
