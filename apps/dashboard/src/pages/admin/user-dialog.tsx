/** One user as an operator needs it: how it logs in, where it is a member, and what an operator may do about it. */
import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import { useRecord } from '../../api/use-records.ts';
import type { AdminUserDetailView } from '../../api/views.ts';
import { paths } from '../../paths.ts';
import { usersText as text } from '../../text/admin.ts';
import { visible } from '../../text/visible.ts';
import { BusyButton } from '../../ui/busy-button.tsx';
import { CopyableId } from '../../ui/copy-button.tsx';
import { Dialog, FormDialog } from '../../ui/dialog.tsx';
import { ErrorPanel } from '../../ui/error-panel.tsx';
import { Facts } from '../../ui/facts.tsx';
import { ExactMoment, Moment } from '../../ui/moment.tsx';
import { Waiting } from '../../ui/waiting.tsx';

const path = '/v1/admin/users';
type Shown = { readonly user: AdminUserDetailView };

const Memberships = ({ user: { accounts } }: Shown) =>
  accounts.length === 0
    ? text.noAccounts
    : accounts.map(({ id, name, role }) => (
        <div key={id}>
          <Link to={paths.account(id)}>{visible(name)}</Link>, {role}
        </div>
      ));

const UserFacts = ({ user }: Shown) => (
  <Facts
    rows={[
      [text.id, <CopyableId key="id" id={user.id} label={text.id} />],
      [text.email, <CopyableId key="email" id={user.email} label={text.email} />],
      [text.name, visible(user.name)],
      [text.status, text[user.status]],
      [text.operator, user.is_operator ? text.yes : text.no],
      [text.password, user.has_password ? text.yes : text.noPassword],
      [
        text.factor,
        user.totp_enabled_at === null ? (
          text.off
        ) : (
          <span key="factor">
            {text.onSince} <ExactMoment at={user.totp_enabled_at} />
          </span>
        ),
      ],
      [text.lastLogin, <Moment key="login" at={user.last_login_at} absent={text.never} />],
      [text.created, <ExactMoment key="created" at={user.created_at} />],
      [text.accounts, <Memberships key="accounts" user={user} />],
    ]}
  />
);

type ChangeProps = Shown & { readonly onClose: () => void };

/** Disables the user, which ends its login sessions, or lets it log in again. */
function ChangeDialog({ user, onClose }: ChangeProps) {
  const isActive = user.status === 'active';
  const change = useChange({
    done: isActive ? text.isDisabled(user.email) : text.isEnabled(user.email),
    isInPlace: true,
  });
  const asked = {
    path: `${path}/${user.id}`,
    method: 'PATCH' as const,
    body: { status: isActive ? 'disabled' : 'active' },
  };
  return (
    <FormDialog
      title={isActive ? text.disableTitle(user.email) : text.enableTitle(user.email)}
      submit={isActive ? text.disable : text.enable}
      isDangerous={isActive}
      isBusy={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={() => change.mutate(asked, { onSuccess: onClose })}
    >
      {isActive ? text.disableText : text.enableText}
    </FormDialog>
  );
}

function Actions({ user, onChange }: Shown & { readonly onChange: () => void }) {
  const reset = useChange({ done: text.resetSent(user.email) });
  const isActive = user.status === 'active';
  return (
    <Group justify="flex-end" gap="xs" mt="md">
      {isActive && (
        <BusyButton
          variant="default"
          isBusy={reset.isPending}
          onClick={() => reset.mutate({ path: '/v1/password-resets', body: { email: user.email } })}
        >
          {text.sendReset}
        </BusyButton>
      )}
      <Button onClick={onChange} {...(isActive ? { color: 'var(--bad)' } : {})}>
        {isActive ? text.disable : text.enable}
      </Button>
    </Group>
  );
}

type UserDialogProps = { readonly id: string; readonly onClose: () => void };

export function UserDialog({ id, onClose }: UserDialogProps) {
  const { data, error, refetch } = useRecord<AdminUserDetailView>(`${path}/${encodeURIComponent(id)}`);
  const [isChanging, setChanging] = useState(false);
  if (isChanging && data !== undefined)
    return <ChangeDialog user={data} onClose={() => setChanging(false)} />;
  return (
    <Dialog title={data === undefined ? text.user : visible(data.name)} onClose={onClose} size="lg">
      {error !== null && <ErrorPanel error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Waiting />}
      {data !== undefined && (
        <>
          <UserFacts user={data} />
          <Actions user={data} onChange={() => setChanging(true)} />
        </>
      )}
    </Dialog>
  );
}
