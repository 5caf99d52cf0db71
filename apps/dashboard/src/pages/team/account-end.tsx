/** Where a member leaves the account, and an owner deletes it. */
import { Button, Group, TextInput } from '@mantine/core';
import { useContext, useState } from 'react';
import { useSession } from '../../api/session.ts';
import { Shown, type ShownAccount } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import { leavingText as text } from '../../text/leaving.ts';
import { visible } from '../../text/visible.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/page.tsx';
import { ProofField, useProof } from '../../ui/proof-field.tsx';

type EndProps = { readonly account: ShownAccount; readonly onClose: () => void };

function LeaveDialog({ account, onClose }: EndProps) {
  const leave = useChange({ done: text.left, isInPlace: true });
  const asked = { path: `/v1/me/accounts/${account.id}`, method: 'DELETE' as const };
  return (
    <FormDialog
      title={text.leaveTitle(visible(account.name))}
      submit={text.leave}
      isDangerous
      isBusy={leave.isPending}
      error={leave.error}
      onClose={onClose}
      onSubmit={() => leave.mutate(asked, { onSuccess: onClose })}
    >
      {text.leaveText} {account.role === 'owner' && text.lastOwner}
    </FormDialog>
  );
}

function DeleteDialog({ account, onClose }: EndProps) {
  const { user } = useSession();
  const [name, setName] = useState('');
  const remove = useChange({ done: text.removed, isInPlace: true });
  const proof = useProof(user);
  return (
    <FormDialog
      title={text.removeTitle(visible(account.name))}
      submit={text.remove}
      isDangerous
      isBusy={remove.isPending}
      isReady={name.trim() === account.name.trim() && proof.isReady}
      error={remove.error}
      onClose={onClose}
      onSubmit={() =>
        remove.mutate({ path: '/v1/account/deletion', body: { name, ...proof.body } }, { onSuccess: onClose })
      }
    >
      {text.removeText}
      <TextInput
        data-autofocus
        required
        label={text.name(visible(account.name))}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <ProofField proof={proof} />
    </FormDialog>
  );
}

export function AccountEnd() {
  const account = useContext(Shown);
  const [opened, setOpened] = useState<'leave' | 'delete'>();
  // An operator who acts inside the account is no member of it.
  if (account === undefined || account.isActing) return null;
  const close = (): void => setOpened(undefined);
  return (
    <Section title={text.title}>
      <Group gap="xs">
        <Button variant="default" onClick={() => setOpened('leave')}>
          {text.leave}
        </Button>
        {account.role === 'owner' && account.status !== 'deleting' && (
          <Button variant="default" onClick={() => setOpened('delete')}>
            {text.remove}
          </Button>
        )}
      </Group>
      {opened === 'leave' && <LeaveDialog account={account} onClose={close} />}
      {opened === 'delete' && <DeleteDialog account={account} onClose={close} />}
    </Section>
  );
}
