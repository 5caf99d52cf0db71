import { NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useChange } from '../../api/use-change.ts';
import type { ApiKeySecretView, ApiKeyView } from '../../api/views.ts';
import { credentialsText as text } from '../../text/credentials.ts';
import { uiText } from '../../text/ui.ts';
import { FormDialog } from '../../ui/dialog.tsx';
import { Moment } from '../../ui/moment.tsx';
import type { Column } from '../../ui/record-table.tsx';
import { RowButton } from '../../ui/row-button.tsx';
import { TwoLines } from '../../ui/row-link.tsx';
import { SecretDialog } from '../../ui/secret-dialog.tsx';
import { CredentialList } from './credential-list.tsx';
import { RevokeDialog } from './smtp-credential-dialogs.tsx';

const path = '/v1/api-keys';

const columnsFor = (revoke: (row: ApiKeyView) => void): readonly Column<ApiKeyView>[] => [
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
  {
    id: 'used',
    title: text.lastUsed,
    width: '100px',
    cell: ({ last_used_at: at }) => <Moment at={at} absent={text.never} />,
  },
  {
    id: 'actions',
    title: uiText.actions,
    isTitleHidden: true,
    isChange: true,
    width: '84px',
    isRight: true,
    cell: (row) => (
      <RowButton about={row.name} onClick={() => revoke(row)}>
        {text.revoke}
      </RowButton>
    ),
  },
];

/** Keys of the HTTP API. */
export function ApiKeys() {
  const [opened, setOpened] = useState<'create' | ApiKeyView>();
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
        onCreate={() => setOpened('create')}
      />
      {opened === 'create' && <CreateKey onClose={close} onSecret={setMade} />}
      {typeof opened === 'object' && (
        <RevokeDialog name={opened.name} path={`${path}/${opened.id}`} onClose={close} />
      )}
      {made !== undefined && (
        <SecretDialog
          title={text.onceTitle}
          lead={text.onceText}
          secrets={[[text.key, made.key]]}
          done={text.done}
          onClose={() => setMade(undefined)}
        />
      )}
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
