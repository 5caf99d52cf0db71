import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { ApiKeySecretView, ApiKeyView } from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { credentialColumns, type Opened } from './credential-columns.tsx';
import { CredentialList } from './credential-list.tsx';
import { EditCredential } from './edit-credential.tsx';
import { RotateCredential } from './rotate-credential.tsx';
import { KeySecret } from './secret-dialogs.tsx';
import { RevokeDialog } from './smtp-credential-dialogs.tsx';

const path = '/v1/api-keys';

type Row = ApiKeyView;

const columnsFor = (open: (opened: Opened<Row>) => void): readonly Column<Row>[] => [
  {
    id: 'name',
    title: text.name,
    cell: ({ name, id }) => <TwoLines under={id}>{name}</TwoLines>,
  },
  { id: 'kind', title: text.kind, width: '70px', cell: ({ kind }) => kind },
  {
    id: 'scopes',
    title: text.scopes,
    width: '34%',
    isWide: true,
    cell: ({ scopes }) => <span title={scopes.join(', ')}>{scopes.join(', ')}</span>,
  },
  ...credentialColumns(open),
];

type DialogsProps = {
  readonly opened: Opened<Row> | undefined;
  readonly onClose: () => void;
  readonly onSecret: (made: ApiKeySecretView) => void;
};

function Dialogs({ opened, onClose, onSecret }: DialogsProps) {
  if (opened === undefined) return null;
  if (opened.what === 'create') return <CreateKey onClose={onClose} onSecret={onSecret} />;
  const { row } = opened;
  const one = `${path}/${row.id}`;
  if (opened.what === 'edit') return <EditCredential path={one} row={row} onClose={onClose} />;
  if (opened.what === 'rotate')
    return <RotateCredential name={row.name} path={one} onClose={onClose} onSecret={onSecret} />;
  return <RevokeDialog name={row.name} path={one} onClose={onClose} />;
}

/** Keys of the HTTP API. */
export function ApiKeys() {
  const [opened, setOpened] = useState<Opened<Row>>();
  const [made, setMade] = useState<ApiKeySecretView>();
  const close = (): void => setOpened(undefined);
  return (
    <>
      <CredentialList<ApiKeyView>
        path={path}
        label={text.keys}
        one="key"
        columns={columnsFor(setOpened)}
        empty={{ title: text.keysEmptyTitle, text: text.keysEmptyText }}
        onCreate={() => setOpened({ what: 'create' })}
      />
      <Dialogs opened={opened} onClose={close} onSecret={setMade} />
      {made !== undefined && <KeySecret made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

const grants = {
  all: { label: text.allScopes, scopes: undefined },
  send: { label: text.sendOnly, scopes: ['messages:send'] },
  read: { label: text.readOnly, scopes: ['messages:read', 'domains:read', 'suppressions:read'] },
} as const;
type Grant = keyof typeof grants;

type CreateProps = { readonly onClose: () => void; readonly onSecret: (made: ApiKeySecretView) => void };

function CreateKey({ onClose, onSecret }: CreateProps) {
  const [name, setName] = useState('');
  const [kind, setKind] = useState('live');
  const [grant, setGrant] = useState<Grant>('send');
  const create = useChange<ApiKeySecretView>({ isInPlace: true });
  const { scopes } = grants[grant];
  const body = { name: name.trim(), kind, ...(scopes === undefined ? {} : { scopes }) };
  const show = (made: ApiKeySecretView): void => {
    onClose();
    onSecret(made);
  };
  return (
    <FormDialog
      title={text.keys}
      submit={text.add}
      isBusy={create.isPending}
      isReady={name.trim() !== ''}
      error={create.error}
      onClose={onClose}
      onSubmit={() => create.mutate({ path, body }, { onSuccess: show })}
    >
      <TextInput
        data-autofocus
        label={text.name}
        description={text.nameHint}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NativeSelect
        label={text.scopes}
        value={grant}
        onChange={(event) => setGrant(event.currentTarget.value as Grant)}
        data={Object.entries(grants).map(([value, { label }]) => ({ value, label }))}
      />
      <NativeSelect
        label={text.kind}
        value={kind}
        onChange={(event) => setKind(event.currentTarget.value)}
        data={[
          { value: 'live', label: text.live },
          { value: 'test', label: text.test },
        ]}
      />
    </FormDialog>
  );
}
