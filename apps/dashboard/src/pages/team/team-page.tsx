import { Button } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/shown-account.ts';
import { useRecords } from '../../api/use-records.ts';
import type { InvitationView, MemberView } from '../../api/views.ts';
import { teamText as text } from '../../text/team.ts';
import { visible } from '../../text/visible.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Moment } from '../../ui/moment.tsx';
import { Page, Section } from '../../ui/page.tsx';
import { RecordList } from '../../ui/record-list.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { AccountEnd } from './account-end.tsx';
import { InviteDialog, RemoveMember, RevokeInvitation, RoleDialog } from './team-dialogs.tsx';

export type Opened =
  | { readonly what: 'invite' }
  | { readonly what: 'role' | 'remove'; readonly member: MemberView }
  | { readonly what: 'revoke'; readonly invitation: InvitationView };
type Open = (opened: Opened) => void;

const memberColumns = (open: Open | undefined): readonly Column<MemberView>[] => [
  {
    id: 'name',
    title: text.name,
    cell: ({ name, email }) => <TwoLines under={visible(email)}>{visible(name)}</TwoLines>,
  },
  { id: 'role', title: text.role, width: '100px', cell: ({ role }) => role },
  {
    id: 'factor',
    title: text.factor,
    width: '120px',
    isWide: true,
    cell: ({ has_second_factor: isOn }) => (isOn ? text.on : text.off),
  },
  {
    id: 'login',
    title: text.lastLogin,
    width: '110px',
    isWide: true,
    cell: ({ last_login_at: at }) => <Moment at={at} absent={text.never} />,
  },
  ...(open === undefined ? [] : [memberActions(open)]),
];

const memberActions = (open: Open): Column<MemberView> => ({
  id: 'actions',
  title: text.change,
  width: '150px',
  isRight: true,
  cell: (member) => (
    <>
      <RowButton about={member.email} onClick={() => open({ what: 'role', member })}>
        {text.change}
      </RowButton>
      <RowButton about={member.email} onClick={() => open({ what: 'remove', member })}>
        {text.remove}
      </RowButton>
    </>
  ),
});

const invitationColumns = (open: Open | undefined): readonly Column<InvitationView>[] => [
  { id: 'email', title: text.email, cell: ({ email }) => visible(email) },
  { id: 'role', title: text.role, width: '100px', cell: ({ role }) => role },
  {
    id: 'expires',
    title: text.expires,
    width: '110px',
    isWide: true,
    cell: ({ expires_at: at }) => <Moment at={at} />,
  },
  ...(open === undefined
    ? []
    : [
        {
          id: 'actions',
          title: text.revoke,
          width: '90px',
          isRight: true,
          cell: (invitation: InvitationView) => (
            <RowButton about={invitation.email} onClick={() => open({ what: 'revoke', invitation })}>
              {text.revoke}
            </RowButton>
          ),
        },
      ]),
];

function Dialogs({ opened, onClose }: { readonly opened: Opened | undefined; readonly onClose: () => void }) {
  if (opened === undefined) return null;
  if (opened.what === 'invite') return <InviteDialog onClose={onClose} />;
  if (opened.what === 'revoke') return <RevokeInvitation invitation={opened.invitation} onClose={onClose} />;
  if (opened.what === 'role') return <RoleDialog member={opened.member} onClose={onClose} />;
  return <RemoveMember member={opened.member} onClose={onClose} />;
}

/** The members of the account, and those who are invited. */
export function TeamPage() {
  const members = useRecords<MemberView>('/v1/members', { limit: undefined });
  const invitations = useRecords<InvitationView>('/v1/invitations', { limit: undefined });
  const [opened, setOpened] = useState<Opened>();
  const open = useMay('admin') ? setOpened : undefined;
  return (
    <Page
      title={text.title}
      lead={text.lead}
      actions={
        <>
          {open && <Button onClick={() => open({ what: 'invite' })}>{text.invite}</Button>}
          <ExportMenu path="/v1/members" />
        </>
      }
    >
      <RecordList
        records={members}
        label={text.members.toLowerCase()}
        one={text.member}
        columns={memberColumns(open)}
        rowKey={({ id }) => id}
        empty={<EmptyState title={text.noMemberTitle} text={text.noMemberText} />}
      />
      <Section title={text.invitations} actions={<ExportMenu path="/v1/invitations" />}>
        <RecordList
          records={invitations}
          label={text.invitations.toLowerCase()}
          one={text.invitation}
          columns={invitationColumns(open)}
          rowKey={({ id }) => id}
          empty={<EmptyState title={text.noInvitationTitle} text={text.noInvitationText} />}
        />
      </Section>
      <AccountEnd />
      <Dialogs opened={opened} onClose={() => setOpened(undefined)} />
    </Page>
  );
}
