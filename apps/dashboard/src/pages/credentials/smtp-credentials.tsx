import { useState } from 'react';
import type { SmtpCredentialSecretView, SmtpCredentialView } from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { CopyableId } from '../../ui/copy-button.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { credentialColumns, type Opened } from './credential-columns.tsx';
import { CredentialList } from './credential-list.tsx';
import { EditCredential } from './edit-credential.tsx';
import { RotateCredential } from './rotate-credential.tsx';
import { SmtpSecret } from './secret-dialogs.tsx';
import { CreateCredential, RevokeDialog } from './smtp-credential-dialogs.tsx';

const smtpPath = '/v1/smtp-credentials';
type Row = SmtpCredentialView;

const columnsFor = (open: (opened: Opened<Row>) => void): readonly Column<Row>[] => [
  {
    id: 'name',
    title: text.name,
    cell: ({ name, networks, sender_domains: domains }) => (
      <TwoLines under={[...domains, ...networks].join(', ')}>{name}</TwoLines>
    ),
  },
  {
    id: 'username',
    title: text.username,
    width: '32%',
    isWide: true,
    cell: ({ username }) => <CopyableId id={username} label={text.username} />,
  },
  ...credentialColumns(open),
];

type DialogsProps = {
  readonly opened: Opened<Row> | undefined;
  readonly onClose: () => void;
  readonly onSecret: (made: SmtpCredentialSecretView) => void;
};

function Dialogs({ opened, onClose, onSecret }: DialogsProps) {
  if (opened === undefined) return null;
  if (opened.what === 'create') return <CreateCredential onClose={onClose} onSecret={onSecret} />;
  const { row } = opened;
  const path = `${smtpPath}/${row.id}`;
  if (opened.what === 'edit') return <EditCredential {...{ path, row, onClose }} />;
  if (opened.what === 'rotate') return <RotateCredential name={row.name} {...{ path, onClose, onSecret }} />;
  return <RevokeDialog name={row.name} path={path} onClose={onClose} />;
}

/** Logins for SMTP. */
export function SmtpCredentials() {
  const [opened, setOpened] = useState<Opened<Row>>();
  const [made, setMade] = useState<SmtpCredentialSecretView>();
  return (
    <>
      <CredentialList<Row>
        path={smtpPath}
        label={text.smtp}
        one="credential"
        columns={columnsFor(setOpened)}
        empty={{ title: text.smtpEmptyTitle, text: text.smtpEmptyText }}
        onCreate={() => setOpened({ what: 'create' })}
      />
      <Dialogs opened={opened} onClose={() => setOpened(undefined)} onSecret={setMade} />
      {made !== undefined && <SmtpSecret made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}
