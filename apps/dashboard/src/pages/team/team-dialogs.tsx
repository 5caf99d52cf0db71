import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Role } from '../../api/shown-account.ts';
import { useChange } from '../../api/use-change.ts';
import type { InvitationView, MemberView } from '../../api/views.ts';
import { roleText, teamText as text } from '../../text/team.ts';
import { FormDialog } from '../../ui/dialog.tsx';

type Closing = { readonly onClose: () => void };
type RoleFieldProps = { readonly role: Role; readonly onChange: (role: Role) => void };

const RoleField = ({ role, onChange }: RoleFieldProps) => (
  <NativeSelect
    label={text.role}
    value={role}
    onChange={(event) => onChange(event.currentTarget.value as Role)}
    data={Object.entries(roleText).map(([value, label]) => ({ value, label }))}
  />
);

export function InviteDialog({ onClose }: Closing) {
  const [email, setEmail] = useState('');
  const [role, setRole] = useState<Role>('developer');
  const invite = useChange<InvitationView>({ done: (made) => text.invited(made.email), isInPlace: true });
  const asked = { path: '/v1/invitations', body: { email: email.trim(), role } };
  return (
    <FormDialog
      title={text.inviteTitle}
      submit={text.invite}
      isBusy={invite.isPending}
      isReady={email.includes('@')}
      error={invite.error}
      onClose={onClose}
      onSubmit={() => invite.mutate(asked, { onSuccess: onClose })}
    >
      <TextInput
        data-autofocus
        type="email"
        label={text.email}
        description={text.emailHint}
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}

export function RoleDialog({ member, onClose }: Closing & { readonly member: MemberView }) {
  const [role, setRole] = useState<Role>(member.role);
  const change = useChange({ done: text.saved, isInPlace: true });
  const asked = { path: `/v1/members/${member.id}`, method: 'PATCH' as const, body: { role } };
  return (
    <FormDialog
      title={text.changeTitle(member.name)}
      submit={text.save}
      isBusy={change.isPending}
      error={change.error}
      onClose={onClose}
      onSubmit={() => change.mutate(asked, { onSuccess: onClose })}
    >
      <RoleField role={role} onChange={setRole} />
    </FormDialog>
  );
}

type AskProps = Closing & {
  readonly title: string;
  readonly lead: string;
  readonly submit: string;
  readonly done: string;
  readonly path: string;
};

function AskToRemove({ title, lead, submit, done, path, onClose }: AskProps) {
  const remove = useChange({ done, isInPlace: true });
  return (
    <FormDialog
      title={title}
      submit={submit}
      isDangerous
      isBusy={remove.isPending}
      error={remove.error}
      onClose={onClose}
      onSubmit={() => remove.mutate({ path, method: 'DELETE' }, { onSuccess: onClose })}
    >
      {lead}
    </FormDialog>
  );
}

export const RemoveMember = ({ member, onClose }: Closing & { readonly member: MemberView }) => (
  <AskToRemove
    title={text.removeTitle(member.name)}
    lead={text.removeText}
    submit={text.remove}
    done={text.removed(member.name)}
    path={`/v1/members/${member.id}`}
    onClose={onClose}
  />
);

export const RevokeInvitation = ({
  invitation,
  onClose,
}: Closing & { readonly invitation: InvitationView }) => (
  <AskToRemove
    title={text.revokeTitle(invitation.email)}
    lead={text.revokeText}
    submit={text.revoke}
    done={text.revoked(invitation.email)}
    path={`/v1/invitations/${invitation.id}`}
    onClose={onClose}
  />
);
